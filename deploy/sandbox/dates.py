"""Dates as Twilio writes them (RFC 2822, in UTC) and as its lists are filtered by."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache


def written(timestamp: float | None) -> str | None:
    """A moment as Twilio writes it, or nothing where it has not come."""
    return None if timestamp is None else _second(int(timestamp))


@lru_cache(maxsize=4096)
def _second(timestamp: int) -> str:
    return format_datetime(datetime.fromtimestamp(timestamp, UTC))


@dataclass(frozen=True)
class Period:
    """From a moment up to, but not including, another; an end that is None is open."""

    start: float | None = None
    end: float | None = None

    def covers(self, timestamp: float | None) -> bool:
        """Whether a moment lies in this period; one that has not come lies only in the period without ends."""
        if timestamp is None:
            return self.start is None and self.end is None
        return (self.start is None or timestamp >= self.start) and (self.end is None or timestamp < self.end)


def period(on: str | None, before: str | None, after: str | None) -> Period:
    """The period that the filters `X`, `X<` and `X>` leave; both ends belong to it. Raises `ValueError`."""
    starts = [_moment(text)[0] for text in (on, after) if text]
    ends = [_moment(text)[1] for text in (on, before) if text]
    return Period(max(starts, default=None), min(ends, default=None))


def _moment(text: str) -> tuple[float, float]:
    """The start and the end of what a date names: a whole day, or one second."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        at = parsedate_to_datetime(text)
    start = at.replace(tzinfo=at.tzinfo or UTC)
    length = timedelta(days=1) if len(text) == len("2026-11-24") else timedelta(seconds=1)
    return start.timestamp(), (start + length).timestamp()
