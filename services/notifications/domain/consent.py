"""Consent: what a supporter said about being reached on a channel, each time as a record that is never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Reach(StrEnum):
    """A way to reach somebody that needs their consent."""

    TEXT = "text"
    EMAIL = "email"
    CALL = "call"


# What STOP silences: whatever comes to that telephone.
ON_A_TELEPHONE = (Reach.TEXT, Reach.CALL)


class Said(StrEnum):
    """Yes or no."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The evidence of one consent or withdrawal. `cause` is the domain event, reply or click that it came with."""

    supporter_id: str
    reach: Reach
    said: Said
    source: str
    cause: UUID
    at: datetime
    wording: str | None = None
    wording_language: str | None = None

    def outweighs(self, last: "LastWord | None") -> bool:
        """Whether it counts from now on: the newest does, and of two at the same moment the no."""
        if last is None or self.at > last.at:
            return True
        return self.at == last.at and self.said == Said.WITHDRAWN


@dataclass(frozen=True)
class LastWord:
    """What counts of all that a supporter said about a channel."""

    said: Said
    at: datetime
    source: str


LastWords = Mapping[tuple[str, Reach], LastWord]


def reached_after(
    may_before: Iterable[Reach], said_now: Iterable[Consent], last_words: LastWords
) -> tuple[frozenset[Reach], list[Consent]]:
    """On which channels one supporter may be reached once these were said, and which of these changed that."""
    may, last, changes = set(may_before), dict(last_words), []
    for consent in sorted(said_now, key=lambda one: one.at):
        about = (consent.supporter_id, consent.reach)
        if not consent.outweighs(last.get(about)):
            continue
        last[about] = LastWord(consent.said, consent.at, consent.source)
        if (consent.said == Said.GIVEN) != (consent.reach in may):
            changes.append(consent)
            may ^= {consent.reach}
    return frozenset(may), changes
