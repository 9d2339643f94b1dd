"""A supporter follows the link in an e-mail: no more e-mails; or they change their mind."""

from datetime import datetime

from services.notifications.domain.consent import Consent, Reach, Said
from services.notifications.storage.records import Records
from services.notifications.use_cases.agree_again import agree_again
from services.notifications.use_cases.withdraw import withdraw
from shared.identifiers import new_id

SOURCE = "link"
# The version of the words beside the button that takes it back (`notifications/unsubscribe.html`).
RESUBSCRIBE_WORDING = "resubscribe-2026-11"


def unsubscribe(supporter_id: str, records: Records, now: datetime) -> None:
    """E-mail them no more. Nothing changes where they had said so before, or are not known any more."""
    held = [known for known in records.contacts.hold([supporter_id]) if Reach.EMAIL in known.contact.may]
    withdraw(held, [Reach.EMAIL], SOURCE, new_id(), records, now)


def resubscribe(supporter_id: str, language: str, records: Records, now: datetime) -> None:
    """E-mail them again, if they had agreed to it before."""
    held = [known for known in records.contacts.hold([supporter_id]) if Reach.EMAIL not in known.contact.may]
    had_agreed = (supporter_id, Reach.EMAIL) in records.consents.once_given([supporter_id])
    if held and had_agreed:
        agree_again([_again(supporter_id, language, now)], held, records)


def _again(supporter_id: str, language: str, now: datetime) -> Consent:
    return Consent(
        supporter_id=supporter_id,
        reach=Reach.EMAIL,
        said=Said.GIVEN,
        source="page",
        cause=new_id(),
        at=now,
        wording=RESUBSCRIBE_WORDING,
        wording_language=language,
    )
