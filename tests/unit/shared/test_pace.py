"""A pace is kept by all who share what it remembers."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.reaching.pace import LONG_AGO, Pace, pace_of

NOW = datetime(2026, 9, 12, tzinfo=UTC)


def test_after_a_pause_as_many_as_the_burst_may_go() -> None:
    assert Pace(2, burst=5).free(LONG_AGO, NOW) == 5


def test_then_they_go_one_by_one() -> None:
    pace = Pace(2, burst=5)
    next_at = pace.after(LONG_AGO, NOW, 5)

    assert pace.free(next_at, NOW) == 0
    assert pace.free(next_at, NOW + timedelta(seconds=0.5)) == 1
    assert pace.free(next_at, NOW + timedelta(seconds=1)) == 2


@given(st.floats(0.5, 500), st.lists(st.floats(0, 3), min_size=1, max_size=50))
def test_over_any_time_no_more_go_than_the_pace_and_one_burst(per_second: float, pauses: list[float]) -> None:
    pace, next_at, now, gone = pace_of(per_second), LONG_AGO, NOW, 0

    for pause in pauses:
        now += timedelta(seconds=pause)
        taken = pace.free(next_at, now)
        next_at = pace.after(next_at, now, taken) if taken else next_at
        gone += taken

    assert gone <= pace.burst + (now - NOW).total_seconds() * per_second + 1
