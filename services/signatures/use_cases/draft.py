"""A petition before anybody but organizers sees it."""

from dataclasses import replace
from datetime import datetime

from services.signatures.domain.petition import Petition, PetitionIsNotADraft, SlugIsTaken
from services.signatures.storage.petitions import Petitions


def draft(petition: Petition, created_by: str, petitions: Petitions, now: datetime) -> None:
    """Keep a new draft. Raises `SlugIsTaken`."""
    if not petitions.add(petition, created_by, now):
        raise SlugIsTaken(petition.slug)


def change_draft(petition: Petition, petitions: Petitions) -> None:
    """Keep a draft as it is now. Raises `PetitionIsNotADraft`."""
    known = petitions.hold(petition.slug)
    if known is None:
        raise PetitionIsNotADraft(petition.slug)
    known.check_is_a_draft()
    petitions.keep(replace(petition, id=known.id))
