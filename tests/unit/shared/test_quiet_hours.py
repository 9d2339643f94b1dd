"""When nobody is told of anything they did not just ask for."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reaching.quiet_hours import (
    ANYWHERE,
    NEVER_QUIET,
    SHORTEST_DAY,
    ZONES,
    QuietHours,
    QuietHoursAreWrong,
    quiet_hours,
)
from shared.web.announcing import PROVINCES

NIGHT = quiet_hours("21:00-09:00")
QUARTER = timedelta(minutes=15)
places = st.sampled_from([*ZONES, None, "unheard of"])
# Every change of clocks of seven years is among these.
moments = st.integers(0, 7 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))


@st.composite
def allowed_hours(draw: st.DrawFn) -> QuietHours:
    """Any quiet hours that can be set."""
    begin = draw(quarters)
    longest = int((timedelta(days=1) - SHORTEST_DAY) / QUARTER)
    minutes = (begin.hour * 60 + begin.minute + 15 * draw(st.integers(0, longest))) % (24 * 60)
    return quiet_hours(f"{begin:%H:%M}-{minutes // 60:02d}:{minutes % 60:02d}")


def clocks(moment: datetime, place: str | None) -> list[time]:
    """What every clock of a place shows."""
    return [moment.astimezone(ZoneInfo(zone)).time() for zone in ZONES.get(place or "", ANYWHERE)]


@given(moments, places)
def test_nobody_is_woken_wherever_in_a_province_they_live(moment: datetime, place: str | None) -> None:
    over = NIGHT.over_at(moment, place)

    assert all(time(9) <= clock < time(21) for clock in clocks(over, place))


@given(moments, places, allowed_hours())
def test_the_quiet_ends_at_the_first_moment_at_which_it_can(
    moment: datetime, place: str | None, hours: QuietHours
) -> None:
    over = hours.over_at(moment, place)

    assert over >= moment
    assert not hours.are_on(over, place)
    waited = [moment + QUARTER * step for step in range(int((over - moment) / QUARTER) + 1)]
    assert all(hours.are_on(at, place) for at in waited if at < over)


@given(moments, places, allowed_hours())
def test_there_is_a_moment_to_write_to_everybody_within_a_day_and_a_night(
    moment: datetime, place: str | None, hours: QuietHours
) -> None:
    assert hours.over_at(moment, place) - moment < timedelta(hours=26)


@given(moments, places)
def test_without_quiet_hours_nothing_waits(moment: datetime, place: str | None) -> None:
    assert NEVER_QUIET.over_at(moment, place) == moment


@given(moments, places)
def test_nothing_changes_within_a_quarter_of_an_hour(moment: datetime, place: str | None) -> None:
    quarter = moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)

    assert NIGHT.are_on(moment, place) == NIGHT.are_on(quarter, place)


@pytest.mark.parametrize(
    ("said", "place", "over"),
    [
        # 20:59 and 21:00 in Toronto; it is an hour earlier in Kenora, and nine there an hour later.
        ("2026-12-01T01:59:00+00:00", "ON", "2026-12-01T01:59:00+00:00"),
        ("2026-12-01T02:00:00+00:00", "ON", "2026-12-01T15:00:00+00:00"),
        # Half an hour ahead of the rest of the Atlantic; it is nine in Labrador half an hour later.
        ("2026-12-01T06:00:00+00:00", "NL", "2026-12-01T13:00:00+00:00"),
        # Saskatchewan's clocks never change; Lloydminster keeps Alberta's.
        ("2026-07-01T10:00:00+00:00", "SK", "2026-07-01T15:00:00+00:00"),
        ("2026-12-01T10:00:00+00:00", "SK", "2026-12-01T16:00:00+00:00"),
        # The night in which the clocks go forward is an hour shorter, the one in which they go back an hour longer.
        ("2026-03-08T02:00:00+00:00", "MB", "2026-03-08T02:00:00+00:00"),
        ("2026-03-08T04:00:00+00:00", "MB", "2026-03-08T14:00:00+00:00"),
        ("2026-11-01T04:00:00+00:00", "MB", "2026-11-01T15:00:00+00:00"),
        # Nobody knows where: nine in Vancouver, and not yet nine at night in St. John's.
        ("2026-12-01T12:30:00+00:00", None, "2026-12-01T17:00:00+00:00"),
        ("2026-12-02T00:15:00+00:00", None, "2026-12-02T00:15:00+00:00"),
        ("2026-12-02T00:30:00+00:00", None, "2026-12-02T17:00:00+00:00"),
    ],
)
def test_the_night_is_that_of_the_place(said: str, place: str | None, over: str) -> None:
    assert NIGHT.over_at(datetime.fromisoformat(said), place) == datetime.fromisoformat(over)


def test_every_province_and_territory_has_its_clocks() -> None:
    assert set(ZONES) == set(PROVINCES)


@pytest.mark.parametrize("text", ["none", "NONE", " none ", "08:00-08:00"])
def test_quiet_hours_can_be_left_out(text: str) -> None:
    assert str(quiet_hours(text)) == "none"


@pytest.mark.parametrize("text", ["21:00-09:00", "00:00-06:30", "22:15-08:45"])
def test_quiet_hours_are_written_as_they_are_read(text: str) -> None:
    assert str(quiet_hours(text)) == text


@pytest.mark.parametrize(
    "text", ["", "nights", "21-9", "21:00", "21:00-09:10", "21:00:30-09:00", "21:00-25:00", "12:00-08:00", "21:00-9-3"]
)
def test_what_is_no_span_of_quiet_hours_is_refused(text: str) -> None:
    with pytest.raises(QuietHoursAreWrong):
        quiet_hours(text)
