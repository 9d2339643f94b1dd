"""A gathering: people meet somewhere, or online, at one time. The pages and the API call it an event."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.events.domain.attendance import Attendance
from services.events.domain.when import When


class Kind(StrEnum):
    """What people do there."""

    RALLY = "rally"
    MARCH = "march"
    INFO_SESSION = "info_session"
    MEETING = "meeting"
    CLINIC = "clinic"
    OFFICE_VISIT = "office_visit"
    ONLINE_ACTION = "online_action"
    TRAINING = "training"


# Nobody can march without knowing where.
NEEDS_A_PLACE = frozenset({Kind.RALLY, Kind.MARCH, Kind.OFFICE_VISIT})


class State(StrEnum):
    """A draft is seen by organizers only; a cancelled gathering keeps its page, so that nobody goes there in vain."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class GatheringProblem(Exception):
    """What was asked of a gathering is not possible.

    GatheringProblem
    ├── PlaceIsMissing
    ├── SlugIsTaken
    ├── GatheringIsNotADraft
    ├── GatheringIsNotScheduled
    ├── GatheringIsCancelled
    ├── GatheringIsOver
    └── GatheringIsFull
    """


class PlaceIsMissing(GatheringProblem):
    """A gathering in a city needs a venue or an address, and a rally needs a city."""


class SlugIsTaken(GatheringProblem):
    """Another gathering has this address already."""


class GatheringIsNotADraft(GatheringProblem):
    """It was announced before; what people were told does not change behind their backs."""


class GatheringIsNotScheduled(GatheringProblem):
    """It was not announced yet, or was cancelled before."""


class GatheringIsCancelled(GatheringProblem):
    """It will not take place."""


class GatheringIsOver(GatheringProblem):
    """It has taken place."""


class GatheringIsFull(GatheringProblem):
    """Every place is taken. Also said to who has one, as a stranger may be asking in their name."""


@dataclass(frozen=True, kw_only=True)
class GatheringText:
    """A gathering in one language."""

    language: str
    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where. A gathering without a city is online, and its venue then says how to join."""

    venue: str = ""
    address: str = ""
    city: str = ""

    @property
    def is_online(self) -> bool:
        """Whether nobody has to go anywhere."""
        return not self.city

    @property
    def in_one_line(self) -> str:
        """Venue and address, as far as they are known."""
        return ", ".join(part for part in (self.venue, self.address) if part)


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """A gathering of any kind. Raises `PlaceIsMissing` where people would not know where to go."""

    slug: str
    campaign: str
    kind: Kind
    texts: tuple[GatheringText, ...]
    when: When
    place: Place
    capacity: int | None = None
    state: State = State.DRAFT

    def __post_init__(self) -> None:
        if self.place.is_online and self.kind in NEEDS_A_PLACE:
            raise PlaceIsMissing(f"a {self.kind} needs a city")
        if not self.place.is_online and not self.place.in_one_line:
            raise PlaceIsMissing("a city is too large to meet in")

    def schedule(self, at: datetime) -> "Gathering":
        """The gathering after it was announced. Raises `GatheringIsNotADraft` or `GatheringIsOver`."""
        self.check_is_a_draft()
        self._check_is_not_over(at)
        return replace(self, state=State.SCHEDULED)

    def cancel(self, at: datetime) -> "Gathering":
        """The gathering after it was called off. Raises `GatheringIsNotScheduled` or `GatheringIsOver`."""
        if self.state != State.SCHEDULED:
            raise GatheringIsNotScheduled(self.slug)
        self._check_is_not_over(at)
        return replace(self, state=State.CANCELLED)

    def admit(self, yes: Attendance, known: Attendance | None, coming: int, at: datetime) -> Attendance:
        """The attendance that a yes makes or brings back; the known one where nothing changes.

        `coming` is how many take a place now. Raises `GatheringIsCancelled`, `GatheringIsOver` or `GatheringIsFull`.
        """
        self.check_takes_answers(at)
        if self.is_full(coming):
            raise GatheringIsFull(self.slug)
        if known is None:
            return yes
        if known.is_coming or known.is_newer_than(yes.answered_at):
            return known
        return known.come_again(yes)

    def check_takes_answers(self, at: datetime) -> None:
        """Refuse an answer that comes too early or too late.

        Raises `GatheringIsNotScheduled`, `GatheringIsCancelled` or `GatheringIsOver`.
        """
        if self.state == State.DRAFT:
            raise GatheringIsNotScheduled(self.slug)
        if self.state == State.CANCELLED:
            raise GatheringIsCancelled(self.slug)
        self._check_is_not_over(at)

    def check_is_a_draft(self) -> None:
        """Raises `GatheringIsNotADraft` for one that was announced."""
        if self.state != State.DRAFT:
            raise GatheringIsNotADraft(self.slug)

    def is_to_come(self, at: datetime) -> bool:
        """Whether it was announced and neither cancelled nor over, so that people may still answer and go there."""
        return self.state == State.SCHEDULED and not self.is_over(at)

    def is_full(self, coming: int) -> bool:
        """Whether that many take every place."""
        return self.capacity is not None and coming >= self.capacity

    def is_over(self, at: datetime) -> bool:
        """Whether it has taken place by this moment."""
        return self.when.ends_at <= at

    def text(self, language: str) -> GatheringText:
        """Its words in a language, or in the first one it has."""
        return next((text for text in self.texts if text.language == language), self.texts[0])

    def _check_is_not_over(self, at: datetime) -> None:
        if self.is_over(at):
            raise GatheringIsOver(self.slug)
