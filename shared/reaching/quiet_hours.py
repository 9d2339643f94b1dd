"""Quiet hours: when nobody is told of anything they did not just ask for, on the clocks of the place they live in."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# Every zone in which people of a province or territory live, as its clocks differ from its neighbours' somewhere in the
# year (tz database, `zone1970.tab` and `backward`).
ZONES = {
    "AB": ("America/Edmonton",),
    "BC": ("America/Vancouver", "America/Dawson_Creek", "America/Edmonton"),
    "MB": ("America/Winnipeg",),
    "NB": ("America/Moncton",),
    "NL": ("America/St_Johns", "America/Goose_Bay"),
    "NS": ("America/Halifax",),
    "NT": ("America/Edmonton",),
    "NU": ("America/Iqaluit", "America/Rankin_Inlet", "America/Atikokan", "America/Cambridge_Bay"),
    "ON": ("America/Toronto", "America/Atikokan", "America/Winnipeg"),
    "PE": ("America/Halifax",),
    "QC": ("America/Toronto", "America/Blanc-Sablon", "America/Halifax"),
    "SK": ("America/Regina", "America/Edmonton"),
    "YT": ("America/Whitehorse",),
}
# Somebody who was not located yet may live anywhere, so it must be day from one coast to the other.
ANYWHERE = tuple(dict.fromkeys(zone for zones in ZONES.values() for zone in zones))
# Clocks differ and change by half-hours, and quiet hours begin and end at quarters, so nothing changes in between.
STEP = timedelta(minutes=15)
# From St. John's to Vancouver it is four and a half hours; a shorter day would leave no hour that is day everywhere.
SHORTEST_DAY = timedelta(hours=6)


class QuietHoursAreWrong(ValueError):
    """The text is not a span of quiet hours; it says why."""


@dataclass(frozen=True)
class QuietHours:
    """From one wall-clock time to another, over midnight where the second is the earlier; none where they are alike."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}" if self.begin != self.end else "none"

    def are_on(self, moment: datetime, province: str | None) -> bool:
        """Whether it is quiet anywhere in a province (anywhere in Canada, where it is not known)."""
        return any(self._cover(moment.astimezone(_zone(name)).time()) for name in ZONES.get(province or "", ANYWHERE))

    def over_at(self, moment: datetime, province: str | None) -> datetime:
        """The first moment from then on at which it is not quiet, in UTC; that moment itself where it is not."""
        later = moment.astimezone(UTC)
        while self.are_on(later, province):
            later = _next_quarter(later)
        return later

    def _cover(self, clock: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


NEVER_QUIET = QuietHours(time(), time())


def quiet_hours(text: str) -> QuietHours:
    """Quiet hours as they are set: `21:00-09:00`, or `none`. Raises `QuietHoursAreWrong`."""
    if text.strip().lower() == "none":
        return NEVER_QUIET
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise QuietHoursAreWrong("is not a span of hours: write 21:00-09:00, or none") from None
    for clock in (begin, end):
        if clock.tzinfo or clock.minute % 15 or clock.second or clock.microsecond:
            raise QuietHoursAreWrong("must begin and end at a quarter of an hour")
    if timedelta(days=1) - _length(begin, end) < SHORTEST_DAY:
        raise QuietHoursAreWrong("leaves less than six hours of the day, which is too short for a country this wide")
    return QuietHours(begin, end)


def _length(begin: time, end: time) -> timedelta:
    minutes = (end.hour - begin.hour) * 60 + end.minute - begin.minute
    return timedelta(minutes=minutes % (24 * 60))


def _next_quarter(moment: datetime) -> datetime:
    whole = moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)
    return whole + STEP


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
