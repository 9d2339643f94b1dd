"""What the sandbox remembers of a kind: the latest in full, found by identifier, by whose they are, and by position."""

import itertools
from collections import Counter
from collections.abc import Collection, Hashable, Iterator
from typing import Generic, Protocol, TypeVar


class Keepable(Protocol):
    """Something with a place in the order in which it came."""

    position: int


T = TypeVar("T", bound=Keepable)


class Kept(Generic[T]):
    """At most so many; where there are more, the oldest is let go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_id: dict[Hashable, T] = {}
        self._of_owner: dict[str, list[T]] = {}
        # The position that the next one will have.
        self.next_position = 0

    def id_of(self, one: T) -> Hashable:
        """By what it is asked for."""
        raise NotImplementedError

    def owner_of(self, one: T) -> str:
        """The telephone or the inbox that it belongs to."""
        raise NotImplementedError

    def add(self, one: T) -> None:
        """Keep one more."""
        one.position = self.next_position
        self.next_position += 1
        self._by_id[self.id_of(one)] = one
        self._of_owner.setdefault(self.owner_of(one), []).append(one)
        if len(self._by_id) > self._most:
            self.drop(next(iter(self._by_id.values())))

    def drop(self, one: T) -> None:
        """Let one go."""
        del self._by_id[self.id_of(one)]
        others = self._of_owner[self.owner_of(one)]
        others.remove(one)
        if not others:
            del self._of_owner[self.owner_of(one)]

    def get(self, id_: Hashable) -> T | None:
        """The one with this identifier."""
        return self._by_id.get(id_)

    def of(self, owner: str) -> list[T]:
        """Those of one telephone or inbox, oldest first."""
        return self._of_owner.get(owner, [])

    def owners(self) -> Collection[str]:
        """Every telephone or inbox that has any."""
        return self._of_owner.keys()

    def since(self, position: int) -> Iterator[T]:
        """Those from a position on, oldest first."""
        later = itertools.takewhile(lambda one: one.position >= position, self.latest_first())
        return reversed(list(later))

    def latest_first(self, owner: str | None = None) -> Iterator[T]:
        """All, or those of one telephone or inbox, newest first."""
        return reversed(self._by_id.values()) if owner is None else reversed(self.of(owner))

    def clear(self) -> None:
        """Forget all; positions go on, so that nobody reads something new as something old."""
        self._by_id.clear()
        self._of_owner.clear()


def by_direction(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """How many are in each status, by direction."""
    counted: dict[str, dict[str, int]] = {}
    for (direction, status), number in sorted(counts.items()):
        if number:
            counted.setdefault(direction, {})[status] = number
    return counted
