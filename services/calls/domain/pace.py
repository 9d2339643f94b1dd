"""A pace that is kept by all workers together: so many a second, with a small burst after a pause.

What is remembered is one moment: when the next may go at the latest if every one before went as late as allowed
(the generic cell rate algorithm of ATM; a token bucket without a bucket to fill).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Pace:
    """At most `per_second` on average, and at most `burst` at once."""

    per_second: float
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        """How far apart they are when they come without a pause."""
        return timedelta(seconds=1 / self.per_second)

    def free(self, next_at: datetime, now: datetime) -> int:
        """How many may go now."""
        start = max(next_at, now - self.interval * (self.burst - 1))
        return 0 if start > now else min(self.burst, int((now - start) / self.interval) + 1)

    def after(self, next_at: datetime, now: datetime, taken: int) -> datetime:
        """The moment to remember once that many went."""
        return max(next_at, now - self.interval * (self.burst - 1)) + self.interval * taken

    def reserve(self, next_at: datetime, now: datetime) -> tuple[datetime, datetime]:
        """The next free slot, which may lie ahead, and the moment to remember."""
        slot = max(next_at, now)
        return slot, slot + self.interval
