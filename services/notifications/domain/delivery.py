"""A delivery: one message to one person on one channel because of one cause, and what became of it.

planned → sending → accepted → delivered, failed or dropped. The last three are settled. `dropped` was not sent, with
the reason; `failed` was sent and did not arrive. Receipts come in any order and more than once, so a state is only ever
moved on by rank. The one step back is from `sending` to `planned`, where the provider surely does not know the message.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class Channel(StrEnum):
    """How a message travels. A letter is an e-mail to a target in a signer's name."""

    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"


class Kind(StrEnum):
    """What a message is, which says where its words come from."""

    ANNOUNCEMENT = "announcement"
    THANKS = "thanks"
    LETTER = "letter"
    # Answers to a text.
    HELP = "help"
    STOPPED = "stopped"
    STARTED = "started"
    COMING = "coming"
    NOT_UNDERSTOOD = "not_understood"
    CANNOT_CALL = "cannot_call"


class Lane(IntEnum):
    """What a message has to wait behind: the lowest goes first."""

    REPLY = 0
    THANKS = 1
    REMINDER = 2
    BROADCAST = 3


class State(StrEnum):
    """Where a delivery stands."""

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


SETTLED = (State.DELIVERED, State.FAILED, State.DROPPED)
_RANK = {
    State.PLANNED: 0,
    State.SENDING: 1,
    State.ACCEPTED: 2,
    State.DELIVERED: 3,
    # An asynchronous bounce comes after `delivered`, and counts more.
    State.FAILED: 4,
    State.DROPPED: 4,
}


def moves_on(before: State, after: State) -> bool:
    """Whether news moves a delivery on: a later rank does, an earlier or the same one changes nothing."""
    return _RANK[after] > _RANK[before]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One line of the ledger.

    `cause` is the id of the domain event or reply that set it off; with the supporter, the channel and the target (of a
    letter; empty otherwise) it is unique. `about` names what the words are of: a petition, a broadcast's id, or nothing.
    """

    id: UUID
    cause: UUID
    supporter_id: str
    channel: Channel
    kind: Kind
    lane: Lane
    language: str
    due_at: datetime
    traceparent: str
    target: str = ""
    about: str = ""
    broadcast_id: UUID | None = None
    state: State = State.PLANNED
    attempts: int = 0
    provider_id: str | None = None
    reason: str | None = None
