"""What `notifications` posts."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain_events.envelope import DomainEvent, about, one_of

CONSENT_CHANNELS = ("email", "text", "call")
REPLY_MEANINGS = ("yes", "no", "call", "stop", "start", "help", "other")
MESSAGE_STATES = ("delivered", "failed", "dropped")


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(DomainEvent):
    """A supporter agreed to be reached on a channel."""

    type = "consent.given"
    poster = "notifications"
    keyed_by = "supporter_id"

    supporter_id: str = about("Who.")
    channel: str = about("email, text or call.", check=one_of(*CONSENT_CHANNELS))
    source: str = about("How: page, api, text, import or paper.")
    given_at: datetime = about("When.")


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(DomainEvent):
    """A supporter no longer agrees to be reached on a channel."""

    type = "consent.withdrawn"
    poster = "notifications"
    keyed_by = "supporter_id"

    supporter_id: str = about("Who.")
    channel: str = about("email, text or call.", check=one_of(*CONSENT_CHANNELS))
    source: str = about("How: text, link, provider or organizer.")
    withdrawn_at: datetime = about("When.")


@dataclass(frozen=True, kw_only=True)
class ReplyReceived(DomainEvent):
    """A known supporter answered a text, and what they mean by it. Their words are not carried."""

    type = "reply.received"
    poster = "notifications"
    keyed_by = "supporter_id"

    reply_id: str = about("The reply's id.")
    supporter_id: str = about("Who answered.")
    meaning: str = about("What the answer means.", check=one_of(*REPLY_MEANINGS))
    call_campaign: str | None = about("The call campaign they were last told of.", default=None)
    gathering: str | None = about("The gathering they were last told of.", default=None)
    received_at: datetime = about("When.")


@dataclass(frozen=True, kw_only=True)
class MessageSettled(DomainEvent):
    """What finally became of one message to one supporter."""

    type = "message.settled"
    poster = "notifications"
    keyed_by = "supporter_id"

    message_id: str = about("The delivery's id.")
    supporter_id: str = about("To whom.")
    channel: str = about("email, text or letter.", check=one_of("email", "text", "letter"))
    cause: str = about("The id of the domain event that set it off.")
    state: str = about("delivered, failed or dropped.", check=one_of(*MESSAGE_STATES))
    reason: str | None = about("The provider's code, or why it was dropped.", default=None)


@dataclass(frozen=True, kw_only=True)
class BroadcastFinished(DomainEvent):
    """Every message that one announcement set off is settled."""

    type = "broadcast.finished"
    poster = "notifications"
    keyed_by = "broadcast_id"

    broadcast_id: str = about("The broadcast's id.")
    cause: str = about("The domain event that announced it.")
    campaign: str = about("The campaign's slug.")
    delivered: int = about("How many arrived.")
    failed: int = about("How many did not.")
    dropped: int = about("How many were not sent, each with a reason.")
