"""An attendance: one supporter's answer to one gathering."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

# Fewer would say something about those few.
FEWEST_SHOWN = 5


class Status(StrEnum):
    """What they last said."""

    COMING = "coming"
    CANCELLED = "cancelled"


class Via(StrEnum):
    """How they answered."""

    TEXT = "text"
    PAGE = "page"


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """What one supporter last said about coming. There is one for each supporter and gathering.

    `sealed` holds name, e-mail and telephone where they gave them on a page; who answers by text gave them elsewhere.
    """

    id: UUID
    gathering: str
    supporter_id: str
    via: Via
    answered_at: datetime
    status: Status = Status.COMING
    language: str | None = None
    sealed: str | None = None

    @property
    def is_coming(self) -> bool:
        """Whether they take a place."""
        return self.status == Status.COMING

    def is_newer_than(self, answered_at: datetime) -> bool:
        """Whether it was given after another answer, which then changes nothing: answers may arrive in any order."""
        return self.answered_at > answered_at

    def come_again(self, yes: "Attendance") -> "Attendance":
        """The same attendance after a new yes, with what the new one says of them."""
        return replace(yes, id=self.id, sealed=yes.sealed or self.sealed, language=yes.language or self.language)

    def stay_away(self, at: datetime) -> "Attendance":
        """The same attendance after a no."""
        return replace(self, status=Status.CANCELLED, answered_at=at)


@dataclass(frozen=True)
class Headcount:
    """How many are coming, by how they answered."""

    page: int = 0
    text: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.page + self.text

    @property
    def in_public(self) -> int | None:
        """What everybody may read; None where so few are coming that the number would say something about them."""
        return self.total if self.total >= FEWEST_SHOWN else None
