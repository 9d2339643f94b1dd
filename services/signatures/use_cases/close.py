"""A petition takes no more signatures."""

from datetime import datetime

from services.signatures.domain.petition import ClosingReason, PetitionIsNotOpen
from services.signatures.storage.petitions import Petitions
from shared.domain_events.signatures import PetitionClosed


def close_petition(slug: str, reason: ClosingReason, petitions: Petitions, now: datetime) -> None:
    """Close it, once everybody who is signing at this moment has. Raises `PetitionIsNotOpen`."""
    known = petitions.hold(slug)
    if known is None:
        raise PetitionIsNotOpen(slug)
    petition = known.close(reason, now)
    petitions.keep(petition)
    petitions.post(PetitionClosed(petition=slug, campaign=petition.campaign, reason=reason.value))
