"""What `signatures` posts."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain_events.announcement import Announcement
from shared.domain_events.envelope import DomainEvent, Sealed, about, one_of


@dataclass(frozen=True, kw_only=True)
class PetitionText:
    """A petition in one language."""

    language: str = about("ISO 639-1.")
    title: str = about("The petition's title.")
    letter_subject: str = about("The subject of the letter that signing sends.")
    letter_body: str = about("The letter, plain text, with `{target_name}` and `{target_role}` to fill in.")
    thanks: str = about("The text message that thanks, with `{first_name}` and `{petition_title}` to fill in.")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a petition is addressed to: a public office and who holds it."""

    id: str = about("The target's id, unique within the petition.")
    role: str = about("The office held, such as Minister of Immigration.")
    name: str = about("Who holds it.")
    email: str = about("The office's public address.")


@dataclass(frozen=True, kw_only=True)
class Consents:
    """What a supporter ticked, channel by channel, and the wording they saw."""

    email: bool = about("Agreed to e-mail.")
    text: bool = about("Agreed to text messages.")
    call: bool = about("Agreed to be telephoned.")
    wording: str = about("The version of the wording shown.")
    language: str = about("The language it was shown in.")


@dataclass(frozen=True, kw_only=True)
class PetitionOpened(DomainEvent):
    """A petition takes signatures."""

    type = "petition.opened"
    poster = "signatures"
    keyed_by = "petition"

    petition: str = about("The petition's slug.")
    campaign: str = about("The campaign's slug.")
    texts: tuple[PetitionText, ...] = about("One per language; the first is the fallback.")
    targets: tuple[Target, ...] = about("Who is written to when somebody signs.")
    announcement: Announcement | None = about("The messages approved with the opening.", default=None)


@dataclass(frozen=True, kw_only=True)
class PetitionClosed(DomainEvent):
    """A petition takes no more signatures."""

    type = "petition.closed"
    poster = "signatures"
    keyed_by = "petition"

    petition: str = about("The petition's slug.")
    campaign: str = about("The campaign's slug.")
    reason: str = about("won, ended or withdrawn.", check=one_of("won", "ended", "withdrawn"))


@dataclass(frozen=True, kw_only=True)
class SignatureAdded(DomainEvent):
    """Somebody signed. Sealed: `name`, `email`, `phone`, `postal_code` (each may be absent but the name)."""

    type = "signature.added"
    poster = "signatures"
    keyed_by = "supporter"

    signature_id: str = about("The signature's id.")
    petition: str = about("The petition's slug.")
    campaign: str = about("The campaign's slug.")
    supporter: Sealed = about("Who signed.")
    language: str = about("The language they signed in.")
    consents: Consents = about("What they agreed to.")
    has_email: bool = about("Whether an e-mail address is sealed.")
    has_phone: bool = about("Whether a telephone number is sealed.")
    signed_at: datetime = about("When.")
    source: str = about("Where they signed: page or api.", default="page", check=one_of("page", "api"))


@dataclass(frozen=True, kw_only=True)
class SignatureConfirmed(DomainEvent):
    """A signer confirmed that it was them."""

    type = "signature.confirmed"
    poster = "signatures"
    keyed_by = "supporter_id"

    signature_id: str = about("The signature's id.")
    petition: str = about("The petition's slug.")
    supporter_id: str = about("Who signed.")


@dataclass(frozen=True, kw_only=True)
class SignatureInvalidated(DomainEvent):
    """A signature no longer counts."""

    type = "signature.invalidated"
    poster = "signatures"
    keyed_by = "supporter_id"

    signature_id: str = about("The signature's id.")
    petition: str = about("The petition's slug.")
    supporter_id: str = about("Who signed.")
    reason: str = about("Why, in a word that says nothing of the person.")


@dataclass(frozen=True, kw_only=True)
class MilestoneReached(DomainEvent):
    """A petition's total passed a round number for the first time."""

    type = "petition.milestone_reached"
    poster = "signatures"
    keyed_by = "petition"

    petition: str = about("The petition's slug.")
    campaign: str = about("The campaign's slug.")
    milestone: int = about("The number passed.")
    total: int = about("The total when it was passed.")


@dataclass(frozen=True, kw_only=True)
class PetitionDelivered(DomainEvent):
    """A petition was handed in to its target."""

    type = "petition.delivered"
    poster = "signatures"
    keyed_by = "petition"

    petition: str = about("The petition's slug.")
    campaign: str = about("The campaign's slug.")
    total: int = about("How many signatures were handed in.")
    announcement: Announcement | None = about("The messages approved with the hand-in.", default=None)
