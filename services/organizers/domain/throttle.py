"""How long somebody who fails to sign in has to wait before the next try counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class TooManyTries(Exception):
    """The next try counts only at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many tries")
        self.until = until


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
OF_PLACE = Throttle(free=30, longest=timedelta(minutes=15))
OF_ACCOUNT = Throttle(free=50, longest=timedelta(minutes=1))


@dataclass(frozen=True)
class TryKeys:
    """The three keys under which one try is counted: the place it comes from, the account it is for, and both."""

    place: str
    account: str
    pair: str

    @classmethod
    def of(cls, place_id: str, account_id: str) -> "TryKeys":
        """The keys of a try, from the fingerprints of its place and of its account."""
        return cls(f"place:{place_id}", f"account:{account_id}", f"pair:{account_id}:{place_id}")

    @property
    def throttles(self) -> dict[str, Throttle]:
        """How each of them is slowed down."""
        return {self.place: OF_PLACE, self.account: OF_ACCOUNT, self.pair: OF_PAIR}


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


def try_once_more(before: Sequence[Tries], throttles: Mapping[str, Throttle], now: datetime) -> list[Tries]:
    """The tries under every key after one more. Raises `TooManyTries` where any of them has to wait still."""
    until = max(tries.blocked_until for tries in before)
    if until > now:
        raise TooManyTries(until)
    return [tries.once_more(throttles[tries.key], now) for tries in before]
