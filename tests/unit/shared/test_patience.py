"""A failing domain event is tried again after ever longer waits, and its failures are told from outages."""

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.patience import Patience, wait_once_more

PATIENCE = Patience(attempts=5, first_wait_seconds=0.4, longest_wait_seconds=30.0)


@given(st.integers(1, 10_000))
def test_each_wait_is_twice_the_last_up_to_the_longest(tries: int) -> None:
    full = min(30.0, 0.4 * 2.0 ** min(tries - 1, 30))

    assert full / 2 <= PATIENCE.wait_after(tries) <= full


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_only_what_is_somebodys_fault_counts_as_a_failure(blameless: list[bool]) -> None:
    waiting = None
    for one in blameless:
        waiting = wait_once_more(waiting, 7, PATIENCE, blameless=one)

    assert waiting
    assert waiting.tries == len(blameless)
    assert waiting.failures == blameless.count(False)


def test_another_message_begins_anew() -> None:
    before = wait_once_more(wait_once_more(None, 7, PATIENCE, blameless=False), 7, PATIENCE, blameless=False)

    after = wait_once_more(before, 8, PATIENCE, blameless=False)

    assert (before.tries, before.failures) == (2, 2)
    assert (after.offset, after.tries, after.failures) == (8, 1, 1)


def test_a_wait_ends() -> None:
    short = wait_once_more(None, 7, Patience(first_wait_seconds=0.0), blameless=False)
    long = wait_once_more(None, 7, Patience(first_wait_seconds=3600.0, longest_wait_seconds=3600.0), blameless=False)

    assert short.is_over
    assert not long.is_over
