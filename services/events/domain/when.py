"""When a gathering takes place: what the clocks of the place say, whatever the clocks do until then.

The wall-clock time and the zone are what was announced, so they are what is kept; the moment follows from them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST = timedelta(days=31)


class TimeIsWrong(ValueError):
    """A gathering cannot take place then.

    TimeIsWrong
    ├── TimeZoneIsUnknown
    ├── TimeDoesNotExist
    ├── EndsBeforeItStarts
    └── LastsTooLong
    """


class TimeZoneIsUnknown(TimeIsWrong):
    """There is no such IANA zone."""


class TimeDoesNotExist(TimeIsWrong):
    """The clocks are put forward over this time on this day."""

    def __init__(self, time: datetime, time_zone: str) -> None:
        super().__init__(f"{time} in {time_zone}")
        self.time = time


class EndsBeforeItStarts(TimeIsWrong):
    """It would end before it starts, or when it starts."""


class LastsTooLong(TimeIsWrong):
    """It would last for more than a month, so the date is most likely mistyped."""


@dataclass(frozen=True, kw_only=True)
class When:
    """Start and end on the clocks of one place. Of an hour that comes twice, the first is meant.

    Raises one of `TimeIsWrong` for times at which nothing can take place.
    """

    starts: datetime
    ends: datetime
    time_zone: str

    def __post_init__(self) -> None:
        for time in (self.starts, self.ends):
            if _on_the_clock(time, self.zone) != time:
                raise TimeDoesNotExist(time, self.time_zone)
        lasts = self.ends_at - self.starts_at
        if lasts <= timedelta():
            raise EndsBeforeItStarts(f"{self.starts} to {self.ends}")
        if lasts > LONGEST:
            raise LastsTooLong(f"{self.starts} to {self.ends}")

    @property
    def zone(self) -> ZoneInfo:
        """The rules of the place's clocks. Raises `TimeZoneIsUnknown`."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise TimeZoneIsUnknown(self.time_zone) from None

    @property
    def starts_at(self) -> datetime:
        """The moment at which it starts, in UTC."""
        return self.starts.replace(tzinfo=self.zone).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The moment at which it ends, in UTC."""
        return self.ends.replace(tzinfo=self.zone).astimezone(UTC)


def _on_the_clock(time: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows at the moment that a wall-clock time names; another time where that one is left out."""
    return time.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0)
