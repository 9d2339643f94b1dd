"""Who fails waits ever longer, and not all who fail together come back together."""

from hypothesis import given
from hypothesis import strategies as st

from shared.backoff import backoff_seconds

LONGEST = 300.0


@given(st.integers(1, 10_000))
def test_each_wait_is_twice_the_last_up_to_the_longest(failures: int) -> None:
    whole = min(LONGEST, 2.0 ** min(failures, 31))

    assert whole / 2 <= backoff_seconds(failures, LONGEST) <= whole


def test_no_two_wait_for_the_same_time() -> None:
    assert len({backoff_seconds(8, LONGEST) for _ in range(100)}) > 50
