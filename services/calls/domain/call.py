"""A call: what has been heard of it (`facts.py`), and what that makes of it.

requested → dialling → ringing → answered → bridging (1 was pressed) → bridged → returned → reported → finished,
and `hung_up` between the supporter's hanging up and `finished`, while stragglers may still arrive.

The carrier's word comes in any order, twice, or late. So a call never moves from state to state; it collects facts,
each of which has its own place, and its state is read off from them. Hearing a fact again changes nothing, and hearing
them in another order ends alike. What the carrier saw and what the supporter said are kept apart.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class State(StrEnum):
    """Where a call stands. `FINISHED` is the only end there is."""

    REQUESTED = "requested"
    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    BRIDGING = "bridging"
    BRIDGED = "bridged"
    RETURNED = "returned"
    REPORTED = "reported"
    HUNG_UP = "hung_up"
    FINISHED = "finished"


# A call in one of these takes a place on its office's line.
HOLDS_THE_LINE = (State.DIALLING, State.RINGING, State.ANSWERED, State.BRIDGING, State.BRIDGED)
# A telephone with a call in one of these is not rung by another.
ON_THE_PHONE = (*HOLDS_THE_LINE, State.RETURNED, State.REPORTED, State.HUNG_UP)


class Via(StrEnum):
    """How a call came to be: by answering CALL, by the button behind a call-me link, or at a launch that rings."""

    REPLY = "reply"
    LINK = "link"
    RING = "ring"


class Aim(StrEnum):
    """Whom a call is for: known by riding, the campaign's fallback, or not known before the supporter is located."""

    PENDING = "pending"
    RIDING = "riding"
    FALLBACK = "fallback"


class Ending(StrEnum):
    """Why a call ended without the office having been dialled, or `DONE`."""

    DONE = "done"
    NOT_ANSWERED = "not_answered"
    NOT_CONFIRMED = "not_confirmed"
    RIDING_UNKNOWN = "riding_unknown"
    SEVERAL_RIDINGS = "several_ridings"
    SEAT_IS_VACANT = "seat_is_vacant"
    OFFICE_HAS_NO_TELEPHONE = "office_has_no_telephone"
    CAMPAIGN_IS_CLOSED = "campaign_is_closed"
    NO_TELEPHONE = "no_telephone"
    CALLED_OFTEN = "called_often"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    REFUSED_BY_CARRIER = "refused_by_carrier"


# How the carrier says that the telephone of the supporter was not answered.
NOT_ANSWERED = ("busy", "no-answer", "failed", "canceled")


@dataclass(frozen=True, kw_only=True)
class Line:
    """The office that a call is for: whose it is, its id in the directory, its telephone, and what kind it is."""

    target_name: str
    office: str
    number: str
    extension: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One supporter's call to one office."""

    id: UUID
    call_campaign: str
    supporter_id: str | None
    phone_id: str | None
    language: str
    via: Via
    cause: str
    requested_at: datetime
    aim: Aim
    riding: str | None = None
    line: Line | None = None
    dialling: bool = False
    attempts: int = 0

    carrier_id: str | None = None
    rang: bool = False
    answered: bool = False
    confirmed: bool = False
    bridged: bool = False
    office_outcome: str | None = None
    talked_seconds: int = 0
    reported_outcome: str | None = None
    hung_up: str | None = None
    settled: bool = False
    called_off: Ending | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing that may still be heard could change what is told of it."""
        complete = self.office_outcome is not None and self.reported_outcome is not None
        hung_up_for_good = self.hung_up is not None and (complete or self.hung_up in NOT_ANSWERED)
        return self.called_off is not None or self.settled or hung_up_for_good

    @property
    def state(self) -> State:
        """The furthest that the facts say."""
        if self.is_over:
            return State.FINISHED
        return next((state for state, reached in self._reached() if reached), State.REQUESTED)

    def _reached(self) -> tuple[tuple[State, bool], ...]:
        return (
            (State.HUNG_UP, self.hung_up is not None),
            (State.REPORTED, self.reported_outcome is not None),
            (State.RETURNED, self.office_outcome is not None),
            (State.BRIDGED, self.bridged),
            (State.BRIDGING, self.confirmed),
            (State.ANSWERED, self.answered),
            (State.RINGING, self.rang),
            (State.DIALLING, self.dialling or self.carrier_id is not None),
        )

    @property
    def ending(self) -> Ending:
        """In a word, why it ended as it did."""
        if self.called_off:
            return self.called_off
        if self.confirmed:
            return Ending.DONE
        return Ending.NOT_CONFIRMED if self.answered else Ending.NOT_ANSWERED

    @property
    def carrier_outcome(self) -> str:
        """What the carrier saw of the leg to the office, as `call.finished` tells it."""
        if self.office_outcome:
            return self.office_outcome
        if self.bridged:
            return "completed"  # the office answered; only the word of how its leg ended was lost
        if self.confirmed:
            return "cancelled"  # the supporter hung up before the office answered
        placed = self.carrier_id is not None or self.rang or self.hung_up is not None
        return "not_connected" if placed or self.called_off == Ending.REFUSED_BY_CARRIER else "cancelled"

    def is_of(self, carrier_id: str) -> bool:
        """Whether the carrier's call of this name is the one we know, or the first we hear of."""
        return self.carrier_id in (None, carrier_id)

    def hear(self, fact: "Fact") -> "Call":
        """The call with one more fact. Nothing moves a finished call, and a fact heard before changes nothing."""
        return self if self.is_over else fact.added_to(self)

    def dial(self, line: Line) -> "Call":
        """Take a place on an office's line; from here on the carrier may have heard of it."""
        return replace(self, dialling=True, line=line, attempts=self.attempts + 1)

    def put_back(self) -> "Call":
        """Let it wait again: the carrier surely does not know it. Changes nothing where it was heard of after all."""
        return replace(self, dialling=False) if self.state == State.DIALLING and self.carrier_id is None else self


class Fact(Protocol):
    """Something heard of a call."""

    def added_to(self, call: Call) -> Call:
        """The call with this known of it, and with what it implies."""
        ...
