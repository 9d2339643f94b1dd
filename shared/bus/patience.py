"""How long a failing domain event is tried, and where a partition stands that waits for another try."""

import random
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How often a failing event is tried and how long is waited between; each wait is twice the last, with jitter."""

    attempts: int = 12
    first_wait_seconds: float = 0.4
    longest_wait_seconds: float = 30.0

    def wait_after(self, tries: int) -> float:
        """Seconds until the next try, after that many."""
        longest = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** min(tries - 1, 30))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True)
class Waiting:
    """A partition that waits for another try of the message at its head."""

    offset: int
    tries: int
    # Tries that failed by the message's or our own fault. While the database is away nothing is learned of a message.
    failures: int
    until: float

    @property
    def is_over(self) -> bool:
        """Whether it is time for the next try."""
        return self.until <= time.monotonic()


def wait_once_more(before: Waiting | None, offset: int, patience: Patience, *, blameless: bool) -> Waiting:
    """Where a partition stands after the message at `offset` failed."""
    tries, failures = (before.tries, before.failures) if before and before.offset == offset else (0, 0)
    until = time.monotonic() + patience.wait_after(tries + 1)
    return Waiting(offset, tries + 1, failures + (0 if blameless else 1), until)
