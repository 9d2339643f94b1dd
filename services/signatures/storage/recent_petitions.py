"""Open petitions as they were a moment ago, so that a crowd does not ask the database for each visit."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.signatures.domain.petition import PetitionState
from services.signatures.storage.petitions import CountedPetition, Petitions
from shared.database import Database

FRESH_FOR_SECONDS = 1.0


@dataclass
class _Known:
    found: CountedPetition
    fresh_until: float


class RecentPetitions:
    """Petitions by slug, for reading only. Safe to share between threads.

    Only open petitions are remembered: what becomes one is seen at once, and one that was closed within the last
    second. Whether a petition still takes a signature is for the statement that adds it to say.
    """

    def __init__(self, database: Database, timer: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._timer = timer
        self._known: dict[str, _Known] = {}

    def find(self, slug: str) -> CountedPetition | None:
        """One petition with its total, in whatever state it is."""
        known = self._known.get(slug)
        if known and self._timer() < known.fresh_until:
            return known.found
        if known:
            # The others go on with what is known while this one asks.
            known.fresh_until = self._timer() + FRESH_FOR_SECONDS
        return self._read(slug)

    def at_hand(self, slug: str) -> CountedPetition | None:
        """One that is open and was read just now; never asks the database, so that it is for who must not wait."""
        known = self._known.get(slug)
        return known.found if known and self._timer() < known.fresh_until else None

    def forget(self, slug: str) -> None:
        """Read a petition anew next time, as it was changed here."""
        self._known.pop(slug, None)

    def _read(self, slug: str) -> CountedPetition | None:
        with self._database.transaction() as transaction:
            found = Petitions(transaction).find(slug)
        if found and found.petition.state == PetitionState.OPEN:
            self._known[slug] = _Known(found, self._timer() + FRESH_FOR_SECONDS)
        else:
            self.forget(slug)
        return found
