"""Wall-clock times in every Canadian zone, over both changes of the clocks."""

# ruff: noqa: DTZ001 - what clocks on a wall show has no zone

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.events.domain.when import (
    EndsBeforeItStarts,
    LastsTooLong,
    TimeDoesNotExist,
    TimeZoneIsUnknown,
    When,
)
from services.events.web.zones import CITIES

ZONES = sorted(CITIES)
HALF_HOURS = st.integers(0, 47).map(lambda number: timedelta(minutes=30 * number))
# The nights in which most Canadian clocks change, in past years and in years whose rules may yet change.
SPRING = [datetime(2021, 3, 14), datetime(2026, 3, 8), datetime(2027, 3, 14)]
AUTUMN = [datetime(2020, 11, 1), datetime(2026, 11, 1), datetime(2027, 11, 7)]
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(second=0, microsecond=0))


def offset(time: datetime, zone: str) -> timedelta | None:
    return time.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def changes_forward(day: datetime, zone: str) -> bool:
    return offset(day, zone) != offset(day + timedelta(days=1), zone)


@given(zone=st.sampled_from(ZONES), starts=MOMENTS, lasts=st.integers(1, 96).map(lambda n: timedelta(minutes=15 * n)))
def test_a_time_is_shown_in_its_zone_as_it_was_written(zone: str, starts: datetime, lasts: timedelta) -> None:
    try:
        when = When(starts=starts, ends=starts + lasts, time_zone=zone)
    except (TimeDoesNotExist, EndsBeforeItStarts):
        assume(False)

    shown = [
        moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for moment in (when.starts_at, when.ends_at)
    ]

    assert shown == [starts, starts + lasts]


@given(zone=st.sampled_from(ZONES), starts=MOMENTS)
def test_a_moment_is_always_told_in_utc(zone: str, starts: datetime) -> None:
    try:
        when = When(starts=starts, ends=starts + timedelta(hours=3), time_zone=zone)
    except TimeDoesNotExist:
        assume(False)

    assert when.starts_at.tzinfo is UTC
    assert when.ends_at > when.starts_at


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", SPRING + AUTUMN)
def test_a_weekly_meeting_keeps_its_hour_over_a_change_of_clocks(zone: str, change: datetime) -> None:
    before, after = change - timedelta(days=3), change + timedelta(days=4)

    meetings = [
        When(starts=day + timedelta(hours=19), ends=day + timedelta(hours=20), time_zone=zone)
        for day in (before, after)
    ]

    assert [one.starts_at.astimezone(ZoneInfo(zone)).hour for one in meetings] == [19, 19]
    difference = (offset(before, zone) or timedelta()) - (offset(after, zone) or timedelta())
    assert meetings[1].starts_at - meetings[0].starts_at == timedelta(days=7) + difference


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", SPRING)
def test_an_hour_that_is_left_out_is_refused_where_it_is_left_out_and_nowhere_else(zone: str, change: datetime) -> None:
    starts, ends = change + timedelta(hours=2, minutes=30), change + timedelta(hours=5)
    leaves_out = changes_forward(change, zone)

    if leaves_out:
        with pytest.raises(TimeDoesNotExist) as refusal:
            When(starts=starts, ends=ends, time_zone=zone)
        assert refusal.value.time == starts
    else:
        assert When(starts=starts, ends=ends, time_zone=zone).starts == starts


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", AUTUMN)
def test_of_an_hour_that_comes_twice_the_first_is_meant(zone: str, change: datetime) -> None:
    starts = change + timedelta(hours=1, minutes=30)

    when = When(starts=starts, ends=change + timedelta(hours=4), time_zone=zone)

    assert when.starts_at == starts.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


@given(zone=st.sampled_from(ZONES), day=st.sampled_from(SPRING + AUTUMN), at=HALF_HOURS, lasts=HALF_HOURS)
@example(zone="America/Toronto", day=datetime(2026, 11, 1), at=timedelta(hours=1.5), lasts=timedelta(0))
def test_no_gathering_ends_before_it_starts(zone: str, day: datetime, at: timedelta, lasts: timedelta) -> None:
    try:
        when = When(starts=day + at, ends=day + at + lasts, time_zone=zone)
    except (TimeDoesNotExist, EndsBeforeItStarts):
        return

    assert when.starts_at < when.ends_at


def test_a_gathering_over_a_change_of_clocks_lasts_as_long_as_people_wait_there() -> None:
    night = When(starts=datetime(2026, 10, 31, 22), ends=datetime(2026, 11, 1, 6), time_zone="America/Toronto")

    assert night.ends_at - night.starts_at == timedelta(hours=9)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(EndsBeforeItStarts):
        When(starts=datetime(2026, 12, 5, 16), ends=datetime(2026, 12, 5, 14), time_zone="America/Toronto")


def test_a_gathering_of_more_than_a_month_is_taken_for_a_mistyped_date() -> None:
    with pytest.raises(LastsTooLong):
        When(starts=datetime(2026, 12, 5, 16), ends=datetime(2027, 12, 5, 18), time_zone="America/Toronto")


@pytest.mark.parametrize("zone", ["America/Bytown", "", "../etc/passwd", "Toronto", "\0"])
def test_a_zone_that_is_not_there_is_refused(zone: str) -> None:
    with pytest.raises(TimeZoneIsUnknown):
        When(starts=datetime(2026, 12, 5, 14), ends=datetime(2026, 12, 5, 16), time_zone=zone)


def test_every_zone_that_a_form_offers_exists() -> None:
    assert set(ZONES) <= available_timezones()
