"""What `calls` posts."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain_events.announcement import Announcement
from shared.domain_events.envelope import DomainEvent, about, one_of

CARRIER_OUTCOMES = ("completed", "busy", "no_answer", "failed", "cancelled", "not_connected")
REPORTED_OUTCOMES = ("talked", "left_message", "mailbox_full", "refused", "could_not_get_through")


@dataclass(frozen=True, kw_only=True)
class CallCampaignText:
    """A call campaign in one language."""

    language: str = about("ISO 639-1.")
    title: str = about("What it is called.")
    reason: str = about("Why we call, in a sentence that is read out to the supporter.")
    script: str = about("What to say to the office, in Markdown.", default="")


@dataclass(frozen=True, kw_only=True)
class CallCampaignLaunched(DomainEvent):
    """Supporters can now be connected to their targets."""

    type = "call_campaign.launched"
    poster = "calls"
    keyed_by = "call_campaign"

    call_campaign: str = about("The call campaign's slug.")
    campaign: str = about("The campaign's slug.")
    texts: tuple[CallCampaignText, ...] = about("One per language; the first is the fallback.")
    opens_at: datetime = about("When calls may start.")
    closes_at: datetime = about("When calls end.")
    announcement: Announcement | None = about("The messages approved with the launch.", default=None)


@dataclass(frozen=True, kw_only=True)
class CallCampaignEnded(DomainEvent):
    """No more calls are placed for a call campaign."""

    type = "call_campaign.ended"
    poster = "calls"
    keyed_by = "call_campaign"

    call_campaign: str = about("The call campaign's slug.")
    campaign: str = about("The campaign's slug.")


@dataclass(frozen=True, kw_only=True)
class CallRequested(DomainEvent):
    """A supporter will be rung and connected."""

    type = "call.requested"
    poster = "calls"
    keyed_by = "supporter_id"

    call_id: str = about("The call's id.")
    call_campaign: str = about("The call campaign's slug.")
    supporter_id: str = about("Who will be rung.")
    via: str = about("reply, link or ring.", check=one_of("reply", "link", "ring"))
    cause: str = about("The domain event or request that asked for it.")


@dataclass(frozen=True, kw_only=True)
class CallFinished(DomainEvent):
    """A call is over; what the carrier saw and what the supporter said are kept apart."""

    type = "call.finished"
    poster = "calls"
    keyed_by = "supporter_id"

    call_id: str = about("The call's id.")
    call_campaign: str = about("The call campaign's slug.")
    campaign: str = about("The campaign's slug.")
    supporter_id: str = about("Who was rung.")
    supporter_answered: bool = about("Whether the supporter answered and pressed a key.")
    carrier_outcome: str = about("What became of the leg to the office.", check=one_of(*CARRIER_OUTCOMES))
    reported_outcome: str | None = about(
        "What the supporter said became of it.", default=None, check=one_of(*REPORTED_OUTCOMES)
    )
    office: str | None = about("The office that was dialled (its id).", default=None)
    talked_seconds: int = about("How long the two were connected.", default=0)
    ending: str = about("`done`, or in a word why the office was not dialled.", default="done")


@dataclass(frozen=True, kw_only=True)
class SupporterLocated(DomainEvent):
    """A supporter's riding is known. A riding holds about 100,000 people, so it is not sealed."""

    type = "supporter.located"
    poster = "calls"
    keyed_by = "supporter_id"

    supporter_id: str = about("Who.")
    ridings: tuple[str, ...] = about("The riding's id; several where the postal code spans them; none if unknown.")
    riding_names: tuple[str, ...] = about("Their names, in the same order.")
    province: str | None = about("Two letters.", default=None)
