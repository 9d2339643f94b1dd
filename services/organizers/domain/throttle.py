"""How long somebody who fails to sign in has to wait before the next try counts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Throttle:
    """After `free` tries each further one costs twice the wait of the one before, up to `longest`."""

    free: int
    longest: timedelta

    def wait_after(self, tries: int) -> timedelta:
        """How long to wait once this many were made."""
        if tries < self.free:
            return timedelta(0)
        doubled: timedelta = FIRST_WAIT * 2 ** min(tries - self.free, 20)
        return min(self.longest, doubled)


# Somebody who mistypes at one place; a password that is tried on many accounts from one place; an account that is
# tried from many places. The last must not let a stranger keep an organizer out, so its waits stay short.
OF_PAIR = Throttle(free=5, longest=timedelta(minutes=15))
OF_ADDRESS = Throttle(free=30, longest=timedelta(minutes=15))
OF_ACCOUNT = Throttle(free=50, longest=timedelta(minutes=1))


@dataclass(frozen=True)
class Tries:
    """What was tried under one key since it last went well."""

    key: str
    tries: int
    last_at: datetime
    blocked_until: datetime

    def once_more(self, throttle: Throttle, now: datetime) -> "Tries":
        """With one more, which may well be wrong."""
        before = 0 if now - self.last_at > FORGOTTEN_AFTER else self.tries
        return replace(self, tries=before + 1, last_at=now, blocked_until=now + throttle.wait_after(before + 1))
