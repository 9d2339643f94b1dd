"""A delivery: one message to one person on one channel because of one cause, and what became of it.

planned → sending → accepted → delivered, failed or dropped. The last three are settled. `dropped` was not sent, with
the reason; `failed` was sent and did not arrive. Receipts come in any order and more than once, so a state is only ever
moved on by rank. The one step back is from `sending` to `planned`, where the provider surely does not know the message.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
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


# Whoever writes to us is answered, whatever they agreed to; after STOP only these are (CWTA's common short code rules).
ANSWERS = frozenset({Kind.HELP, Kind.STOPPED, Kind.STARTED, Kind.COMING, Kind.NOT_UNDERSTOOD, Kind.CANNOT_CALL})
ALWAYS_ANSWERED = frozenset({Kind.HELP, Kind.STOPPED})


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


class Reason(StrEnum):
    """Why a delivery was dropped or failed, where it is not the provider who says so with a code."""

    ERASED = "erased"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    STOPPED = "stopped"
    EXPIRED = "expired"
    # Its petition, broadcast or target is not known, so there are no words for it.
    NO_WORDS = "no_words"
    # The provider could not take it, however often it was tried.
    GAVE_UP = "gave_up"
    # It may have been sent, and nobody can say.
    UNKNOWN = "unknown"
    # The provider took it and never told what became of it.
    NO_RECEIPT = "no_receipt"


SETTLED = (State.DELIVERED, State.FAILED, State.DROPPED)
# Reasons that are only our guess: a receipt that comes after all knows better.
GUESSES = (Reason.UNKNOWN, Reason.NO_RECEIPT)
_GUESSED = 3
_RANK = {
    State.PLANNED: 0,
    State.SENDING: 1,
    State.ACCEPTED: 2,
    State.DELIVERED: 4,
    # An asynchronous bounce comes after `delivered`, and counts more.
    State.FAILED: 5,
    State.DROPPED: 5,
}


def moves_on(before: State, after: State, reason_before: str | None = None) -> bool:
    """Whether a receipt moves a delivery on: a later rank does, an earlier or the same one changes nothing."""
    is_guess = before == State.FAILED and reason_before in GUESSES
    return _RANK[after] > (_GUESSED if is_guess else _RANK[before])


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One line of the ledger.

    `cause` is the id of the domain event or reply that set it off; with the supporter, the channel and the target (of a
    letter; empty otherwise) it is unique. `about` names what the words are of: a petition, a broadcast's id, or none.
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
    request_id: UUID | None = None
    words_id: str | None = None
    provider_id: str | None = None
    reason: str | None = None
    sending_at: datetime | None = None
    accepted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What holds, at the moment of sending, for whom a message goes to and for what it belongs to."""

    is_known: bool
    consents: bool = False
    is_suppressed: bool = False
    is_held: bool = False
    is_stopped: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Go:
    """It may be sent."""


@dataclass(frozen=True)
class Drop:
    """It may not be sent any more."""

    reason: Reason


@dataclass(frozen=True)
class PutOff:
    """It may not be sent now."""

    until: datetime


Verdict = Go | Drop | PutOff
HELD_FOR = timedelta(minutes=1)


def verdict(delivery: Delivery, standing: Standing, now: datetime, quiet_until: datetime | None = None) -> Verdict:
    """Whether a message that is due may go. `quiet_until` is the end of the quiet hours where its addressee lives."""
    reason = _why_not(delivery, standing, now)
    if reason:
        return Drop(reason)
    if standing.is_held:
        return PutOff(now + HELD_FOR)
    if quiet_until is not None and heeds_quiet_hours(delivery):
        return PutOff(quiet_until)
    return Go()


def _why_not(delivery: Delivery, standing: Standing, now: datetime) -> Reason | None:
    needs_consent = delivery.channel != Channel.LETTER and delivery.kind not in ANSWERS
    reasons = {
        Reason.ERASED: not standing.is_known,
        Reason.STOPPED: standing.is_stopped,
        Reason.SUPPRESSED: standing.is_suppressed and delivery.kind not in ALWAYS_ANSWERED,
        Reason.NO_CONSENT: needs_consent and not standing.consents,
        Reason.EXPIRED: standing.expires_at is not None and standing.expires_at <= now,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def heeds_quiet_hours(delivery: Delivery) -> bool:
    """Whether a message waits for the morning: a text that nobody just asked for."""
    return delivery.channel == Channel.TEXT and delivery.lane >= Lane.REMINDER


@dataclass(frozen=True)
class Patience:
    """How long is waited for what.

    `lease`: how long a worker may have a delivery in hand; only then may another one ask the provider about it.
    `start_within`: how long it may wait in that worker's hands before it is put back; a request that begins then is
    surely over when the lease is. `ask_after`: when to ask about one whose answer was lost, as a provider that was too
    slow to answer in time may still be about to do what it was asked.
    `silence`: how long e-mails that SendGrid may have taken are waited for before its silence says that it did not.
    `receipt_late`: when to ask about a text of which nothing was heard; `give_up`: when not to wait for a receipt any
    more (SendGrid tries for three days). `speaks_within`: how long SendGrid goes on telling what it has to tell.
    """

    lease: timedelta = timedelta(seconds=60)
    start_within: timedelta = timedelta(seconds=20)
    ask_after: timedelta = timedelta(seconds=60)
    silence: timedelta = timedelta(minutes=15)
    receipt_late: timedelta = timedelta(minutes=15)
    give_up: timedelta = timedelta(days=4)
    speaks_within: timedelta = timedelta(hours=24)


MOST_ATTEMPTS = 30
LONGEST_BACKOFF_SECONDS = 600


def try_again_at(attempts: int, now: datetime, luck: float) -> datetime | None:
    """When to try again what was tried so often; None after about four hours. `luck` is between 0 and 1."""
    if attempts >= MOST_ATTEMPTS:
        return None
    longest = min(LONGEST_BACKOFF_SECONDS, 2**attempts)
    return now + timedelta(seconds=longest * (0.5 + luck / 2))
