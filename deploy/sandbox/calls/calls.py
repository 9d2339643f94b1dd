"""All calls since the start or the last reset."""

import time
from collections import Counter
from collections.abc import Iterator

from deploy.sandbox.calls.call import Call
from deploy.sandbox.dates import Period
from deploy.sandbox.kept import Kept, by_direction

KEPT = 50_000


class Calls(Kept[Call]):
    """The latest `KEPT` calls in full, by their telephones, and every one in the counts."""

    def __init__(self, kept: int = KEPT) -> None:
        super().__init__(kept)
        self.counts: Counter[tuple[str, str]] = Counter()

    def id_of(self, one: Call) -> str:
        """Its identifier."""
        return one.sid

    def owner_of(self, one: Call) -> str:
        """The telephone that was called, or that called us."""
        return one.phone

    def add(self, one: Call) -> None:
        """Keep a call."""
        self.counts[one.direction, one.status] += 1
        super().add(one)

    def becomes(self, call: Call, status: str) -> None:
        """Note what has become of a call."""
        self.counts[call.direction, call.status] -= 1
        self.counts[call.direction, status] += 1
        call.status, call.updated = status, time.time()

    def find(self, wanted: dict[str, str | None], started: Period, ended: Period, before: int | None) -> Iterator[Call]:
        """The calls that a list with these filters has, newest first, from those older than a position."""
        phone = wanted["to"] if wanted["to"] in self.owners() else None
        for call in self.latest_first(phone):
            if (
                (before is None or call.position < before)
                and all(value in (None, getattr(call, name)) for name, value in wanted.items())
                and started.covers(call.started)
                and ended.covers(call.ended)
            ):
                yield call

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self.counts.clear()

    def status_counts(self) -> dict[str, dict[str, int]]:
        """How many calls are in each status, by direction."""
        return by_direction(self.counts)
