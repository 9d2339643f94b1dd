"""A petition: what it says and to whom, and when it takes signatures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.signatures.domain.milestone import next_milestone
from services.signatures.domain.signature import Consents, Signature, Signer, Source
from shared.identifiers import new_id

# What the sender fills in, and where it may stand.
LETTER_FIELDS = ("target_name", "target_role")
THANKS_FIELDS = ("first_name", "petition_title")
# One mailbox alone ignores a flood; a second reader makes the first one answer.
FEWEST_TARGETS = 2

_IN_BRACES = re.compile(r"\{([^{}]*)\}")


class PetitionState(StrEnum):
    """A draft is seen by organizers only; an open petition takes signatures; a closed one is read but not signed."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ClosingReason(StrEnum):
    """Why a petition takes no more signatures."""

    WON = "won"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class PetitionProblem(Exception):
    """Why something cannot be done with a petition.

    PetitionProblem
    ├── SlugIsTaken
    ├── PetitionIsUnknown
    ├── PetitionIsClosed
    ├── PetitionIsNotADraft
    └── PetitionIsNotOpen
    """


class SlugIsTaken(PetitionProblem):
    """Another petition has this address already."""


class PetitionIsUnknown(PetitionProblem):
    """There is no petition of this name that supporters may see."""


class PetitionIsClosed(PetitionProblem):
    """It takes no more signatures."""


class PetitionIsNotADraft(PetitionProblem):
    """It was opened before; what people signed does not change behind their backs."""


class PetitionIsNotOpen(PetitionProblem):
    """It is a draft still, or it was closed before."""


@dataclass(frozen=True, kw_only=True)
class PetitionText:
    """A petition in one language. The body is Markdown; the letter is plain text; the thanks is a text message."""

    language: str
    title: str
    body: str
    letter_subject: str
    letter_body: str
    thanks: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a petition is addressed to: a public office and who holds it."""

    id: str
    role: str
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Petition:
    """A petition, whatever has become of it."""

    id: UUID
    slug: str
    campaign: str
    texts: tuple[PetitionText, ...]
    targets: tuple[Target, ...]
    goal: int | None = None
    state: PetitionState = PetitionState.DRAFT
    closing_reason: ClosingReason | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None

    def sign(
        self, signer: Signer, supporter_id: str, language: str, consents: Consents, source: Source, at: datetime
    ) -> Signature:
        """Somebody's signature under it. Raises `PetitionIsUnknown` for a draft, `PetitionIsClosed`."""
        if self.state == PetitionState.DRAFT:
            raise PetitionIsUnknown(self.slug)
        if self.state == PetitionState.CLOSED:
            raise PetitionIsClosed(self.slug)
        return Signature(
            id=new_id(),
            petition_id=self.id,
            petition=self.slug,
            campaign=self.campaign,
            supporter_id=supporter_id,
            signer=signer,
            language=language,
            consents=consents.that_reach(signer),
            signed_at=at,
            source=source,
        )

    def open(self, at: datetime) -> "Petition":
        """The petition as supporters will see it. Raises `PetitionIsNotADraft`."""
        self.check_is_a_draft()
        return replace(self, state=PetitionState.OPEN, opened_at=at)

    def close(self, reason: ClosingReason, at: datetime) -> "Petition":
        """The petition as it stays. Raises `PetitionIsNotOpen`."""
        if self.state != PetitionState.OPEN:
            raise PetitionIsNotOpen(self.slug)
        return replace(self, state=PetitionState.CLOSED, closing_reason=reason, closed_at=at)

    def check_is_a_draft(self) -> None:
        """Raises `PetitionIsNotADraft` for one that supporters have seen."""
        if self.state != PetitionState.DRAFT:
            raise PetitionIsNotADraft(self.slug)

    def goal_at(self, total: int) -> int:
        """What the bar on the page fills towards: the organizers' own goal, then one milestone after the other."""
        return self.goal if self.goal and self.goal > total else next_milestone(total)


def unknown_fields(text: str, known: Sequence[str]) -> Iterator[str]:
    """What stands in braces that nobody will fill in; a brace without its partner is returned as it is."""
    for name in _IN_BRACES.findall(text):
        if name not in known:
            yield "{" + name + "}"
    yield from set(_IN_BRACES.sub("", text)) & set("{}")
