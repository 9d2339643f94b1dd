"""Where the words of a message come from: the petition that was signed, or the broadcast that was approved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.notifications.domain.delivery import Delivery, Kind
from shared.domain_events.announcement import Wording
from shared.domain_events.signatures import PetitionText, Target

_OF_PETITIONS = (Kind.THANKS, Kind.LETTER)


@dataclass(frozen=True, kw_only=True)
class PetitionWords:
    """What a petition says, and whom it is addressed to, by the target's id."""

    slug: str
    campaign: str
    texts: tuple[PetitionText, ...]
    targets: Mapping[str, Target]


@dataclass(frozen=True, kw_only=True)
class BroadcastWords:
    """What a broadcast says. `fields` are those that are alike for everybody, by language."""

    id: UUID
    campaign: str
    call_campaign: str | None
    fields: Mapping[str, Mapping[str, str]]
    wordings: tuple[Wording, ...]

    def fields_in(self, language: str) -> dict[str, str]:
        """The fields in a language, or in the first there is."""
        first: Mapping[str, str] = next(iter(self.fields.values()), {})
        return {"campaign": self.campaign, **self.fields.get(language, first)}


@dataclass(frozen=True)
class Sources:
    """The words that some messages are made of."""

    petitions: Mapping[str, PetitionWords] = field(default_factory=dict)
    broadcasts: Mapping[UUID, BroadcastWords] = field(default_factory=dict)

    def petition(self, delivery: Delivery) -> PetitionWords | None:
        """The petition that a message is about."""
        return self.petitions.get(delivery.about)

    def broadcast(self, delivery: Delivery) -> BroadcastWords | None:
        """The broadcast that a message is of, or answers a reply to."""
        id_ = broadcast_of(delivery)
        return self.broadcasts.get(id_) if id_ else None

    def target(self, delivery: Delivery) -> Target | None:
        """Whom a letter goes to."""
        petition = self.petition(delivery)
        return petition.targets.get(delivery.target) if petition else None


def broadcast_of(delivery: Delivery) -> UUID | None:
    """The broadcast whose words a message needs."""
    if delivery.broadcast_id or delivery.kind in _OF_PETITIONS:
        return delivery.broadcast_id
    try:
        return UUID(delivery.about) if delivery.about else None
    except ValueError:
        return None


def petition_of(delivery: Delivery) -> str | None:
    """The petition whose words a message needs."""
    return delivery.about if delivery.kind in _OF_PETITIONS else None
