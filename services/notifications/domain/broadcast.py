"""A broadcast: all the messages that one announcement sets off, and the numbers that an organizer approved.

planning → sending → finished. It is held where more people would be told than were approved, until an organizer has
seen and approved the new numbers; and it is stopped by an organizer, after which nothing more of it goes out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.domain_events.announcement import Audience, Wording

# What a broadcast may outgrow its approval by: people go on signing while an announcement is on its way.
MARGIN_SHARE = 0.10
MARGIN_PEOPLE = 20
OUTGROWN = "outgrown"

# What the words of one language are filled in with.
Fields = Mapping[str, Mapping[str, str]]


class BroadcastState(StrEnum):
    """Where a broadcast stands."""

    PLANNING = "planning"
    HELD = "held"
    SENDING = "sending"
    STOPPED = "stopped"
    FINISHED = "finished"


class BroadcastIsNotHeld(Exception):
    """Its numbers need no approval, or have been approved by somebody else."""


class BroadcastIsOver(Exception):
    """Nothing of it can be stopped any more."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How many people are texted, e-mailed and rung."""

    texts: int = 0
    emails: int = 0
    rings: int = 0

    def __add__(self, more: "Numbers") -> "Numbers":
        sums = {one.name: getattr(self, one.name) + getattr(more, one.name) for one in fields(self)}
        return Numbers(**sums)

    def outgrow(self, approved: "Numbers") -> bool:
        """Whether these are so many more than approved that somebody has to be asked again. Rings are not ours."""
        return _outgrows(self.texts, approved.texts) or _outgrows(self.emails, approved.emails)


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """One broadcast. `cause` is the domain event that announced it, `kind` that event's type."""

    id: UUID
    cause: UUID
    kind: str
    campaign: str
    fields: Fields
    audience: Audience
    channels: tuple[str, ...]
    wordings: tuple[Wording, ...]
    approved: Numbers
    approved_by: str
    traceparent: str
    created_at: datetime
    petition: str | None = None
    call_campaign: str | None = None
    gathering: str | None = None
    planned: Numbers = Numbers()
    planned_until: str = ""
    state: BroadcastState = BroadcastState.PLANNING
    held_because: str | None = None
    expires_at: datetime | None = None
    planned_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it has words in; the first is the fallback."""
        return tuple(wording.language for wording in self.wordings)

    def title_in(self, language: str) -> str:
        """What it is about, in a language or in the first that has a title."""
        titles = [
            words["title"] for words in (self.fields.get(language, {}), *self.fields.values()) if "title" in words
        ]
        return titles[0] if titles else self.campaign

    def is_late(self, now: datetime) -> bool:
        """Whether what it tells of is over."""
        return self.expires_at is not None and self.expires_at <= now

    def held(self, because: str) -> "Broadcast":
        """It waits for an organizer."""
        return replace(self, state=BroadcastState.HELD, held_because=because)

    def approve(self, numbers: Numbers, organizer: str) -> "Broadcast":
        """It is planned on, for as many as this organizer was shown. Raises `BroadcastIsNotHeld`."""
        if self.state != BroadcastState.HELD:
            raise BroadcastIsNotHeld(str(self.id))
        return replace(self, state=BroadcastState.PLANNING, held_because=None, approved=numbers, approved_by=organizer)

    def planned_to_the_end(self, now: datetime) -> "Broadcast":
        """Everything of it is planned."""
        return replace(self, state=BroadcastState.SENDING, planned_at=now)

    def stop(self, now: datetime) -> "Broadcast":
        """Nothing more of it is planned or sent. Raises `BroadcastIsOver`."""
        if self.state in (BroadcastState.STOPPED, BroadcastState.FINISHED):
            raise BroadcastIsOver(str(self.id))
        return replace(self, state=BroadcastState.STOPPED, planned_at=self.planned_at or now)

    def finish(self, now: datetime) -> "Broadcast":
        """Everything of it is settled; one that was stopped stays known as that."""
        is_stopped = self.state == BroadcastState.STOPPED
        return replace(self, state=self.state if is_stopped else BroadcastState.FINISHED, finished_at=now)


def best_language(language: str, available: Sequence[str]) -> str:
    """The language somebody is written to in: their own where there are words in it, or else the first there is."""
    return language if language in available or not available else available[0]


def in_each(languages: Sequence[str], always: Mapping[str, str], by_language: Fields) -> Fields:
    """The fields in each language: those that are alike in all, and those that are not."""
    first = next(iter(by_language.values()), {})
    return {language: {**always, **by_language.get(language, first)} for language in _once(languages)}


def _outgrows(planned: int, approved: int) -> bool:
    return planned > approved + MARGIN_PEOPLE and planned > approved * (1 + MARGIN_SHARE)


def _once(languages: Sequence[str]) -> Iterator[str]:
    yield from dict.fromkeys(languages)
