"""A pace that all workers keep together."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.pace import LONG_AGO, Pace

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def test_one_a_second_lets_one_go_and_then_waits() -> None:
    pace = Pace(1)

    after = pace.after(LONG_AGO, NOON, 1)

    assert pace.free(LONG_AGO, NOON) == 1
    assert pace.free(after, NOON + timedelta(seconds=0.9)) == 0
    assert pace.free(after, NOON + timedelta(seconds=1)) == 1


def test_slots_are_taken_ahead_one_after_another() -> None:
    pace = Pace(1)

    first, next_at = pace.reserve(LONG_AGO, NOON)
    second, _ = pace.reserve(next_at, NOON)

    assert (first, second) == (NOON, NOON + timedelta(seconds=1))


@given(st.integers(1, 20), st.lists(st.tuples(st.floats(0, 3), st.integers(0, 30)), min_size=1, max_size=40))
def test_no_more_go_than_the_pace_and_its_burst_allow(per_second: int, steps: list[tuple[float, int]]) -> None:
    pace = Pace(per_second, burst=per_second)
    next_at, now, went = LONG_AGO, NOON, 0

    for wait, wanted in steps:
        now += timedelta(seconds=wait)
        taken = min(wanted, pace.free(next_at, now))
        next_at = pace.after(next_at, now, taken)
        went += taken

    assert went <= per_second * (now - NOON).total_seconds() + per_second + 1e-3
