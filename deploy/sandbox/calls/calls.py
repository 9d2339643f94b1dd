"""All calls since the start or the last reset, found by identifier, by telephone and by position."""

import itertools
import time
from collections import Counter
from collections.abc import Iterator

from deploy.sandbox.calls.call import Call
from deploy.sandbox.dates import Period

KEPT = 50_000


class Calls:
    """The latest `KEPT` calls in full, and every one in the counts."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._by_sid: dict[str, Call] = {}
        self._of_phone: dict[str, list[Call]] = {}
        self._next = 0
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, call: Call) -> None:
        """Keep a call; the oldest is let go where there are too many."""
        call.position = self._next
        self._next += 1
        self._by_sid[call.sid] = call
        self._of_phone.setdefault(call.phone, []).append(call)
        self.counts[call.direction, call.status] += 1
        if len(self._by_sid) > self._kept:
            self.drop(next(iter(self._by_sid.values())))

    def drop(self, call: Call) -> None:
        """Let a call go; the counts keep it."""
        del self._by_sid[call.sid]
        of_phone = self._of_phone[call.phone]
        of_phone.remove(call)
        if not of_phone:
            del self._of_phone[call.phone]

    def becomes(self, call: Call, status: str) -> None:
        """Note what has become of a call."""
        self.counts[call.direction, call.status] -= 1
        self.counts[call.direction, status] += 1
        call.status, call.updated = status, time.time()

    def get(self, sid: str) -> Call | None:
        """The call with this identifier."""
        return self._by_sid.get(sid)

    def of_phone(self, number: str) -> list[Call]:
        """The calls of a telephone, oldest first."""
        return self._of_phone.get(number, [])

    def phones(self) -> Iterator[str]:
        """Every telephone that was called or called us."""
        return iter(self._of_phone)

    def since(self, position: int) -> Iterator[Call]:
        """The calls from a position on, oldest first."""
        newest_first = reversed(self._by_sid.values())
        return reversed(list(itertools.takewhile(lambda call: call.position >= position, newest_first)))

    def find(self, wanted: dict[str, str | None], started: Period, ended: Period, before: int | None) -> Iterator[Call]:
        """The calls that a list with these filters has, newest first, from those older than a position."""
        of_phone = self._of_phone.get(wanted["to"] or "")
        for call in reversed(of_phone) if of_phone is not None else reversed(self._by_sid.values()):
            if (
                (before is None or call.position < before)
                and all(value in (None, getattr(call, name)) for name, value in wanted.items())
                and started.covers(call.started)
                and ended.covers(call.ended)
            ):
                yield call

    @property
    def next_position(self) -> int:
        """The position that the next call will have."""
        return self._next

    def clear(self) -> None:
        """Forget all."""
        self._by_sid.clear()
        self._of_phone.clear()
        self.counts.clear()

    def status_counts(self) -> dict[str, dict[str, int]]:
        """How many calls are in each status, by direction."""
        counts: dict[str, dict[str, int]] = {}
        for (direction, status), number in sorted(self.counts.items()):
            if number:
                counts.setdefault(direction, {})[status] = number
        return counts
