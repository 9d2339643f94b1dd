"""A petition begins to take signatures."""

from datetime import datetime

from services.signatures.domain.petition import Petition, PetitionIsNotADraft
from services.signatures.storage.petitions import Petitions
from shared.domain_events.announcement import Announcement
from shared.domain_events.signatures import PetitionOpened, PetitionText, Target


def open_petition(slug: str, announcement: Announcement | None, petitions: Petitions, now: datetime) -> None:
    """Take signatures, and announce it as the organizer confirmed. Raises `PetitionIsNotADraft`."""
    known = petitions.hold(slug)
    if known is None:
        raise PetitionIsNotADraft(slug)
    petition = known.open(now)
    petitions.keep(petition)
    petitions.post(_opened(petition, announcement))


def _opened(petition: Petition, announcement: Announcement | None) -> PetitionOpened:
    return PetitionOpened(
        petition=petition.slug,
        campaign=petition.campaign,
        texts=tuple(
            PetitionText(
                language=text.language,
                title=text.title,
                letter_subject=text.letter_subject,
                letter_body=text.letter_body,
                thanks=text.thanks,
            )
            for text in petition.texts
        ),
        targets=tuple(Target(**vars(target)) for target in petition.targets),
        announcement=announcement,
    )
