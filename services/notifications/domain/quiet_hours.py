"""Quiet hours, as `calls` keeps them too: see `shared/quiet_hours.py`."""

from shared.quiet_hours import (
    ANYWHERE,
    NEVER_QUIET,
    SHORTEST_DAY,
    STEP,
    ZONES,
    QuietHours,
    QuietHoursAreWrong,
    quiet_hours,
)

__all__ = [
    "ANYWHERE",
    "NEVER_QUIET",
    "SHORTEST_DAY",
    "STEP",
    "ZONES",
    "QuietHours",
    "QuietHoursAreWrong",
    "quiet_hours",
]
