"""A supporter follows the link in an e-mail: no more e-mails; or they change their mind."""

from dataclasses import replace
from datetime import datetime

from services.notifications.domain.consent import Consent, Reach, Said
from services.notifications.storage.records import Records
from services.notifications.use_cases.remember_contact import given
from services.notifications.use_cases.withdraw import withdraw_of
from shared.identifiers import new_id
from shared.outbox import post

SOURCE = "link"
# The version of the words beside the button that takes it back (`notifications/unsubscribe.html`).
RESUBSCRIBE_WORDING = "resubscribe-2026-11"


def unsubscribe(supporter_id: str, records: Records, now: datetime) -> None:
    """E-mail them no more. Nothing changes where they had said so before, or are not known any more."""
    held = [known for known in records.contacts.hold([supporter_id]) if Reach.EMAIL in known.contact.may]
    withdraw_of(held, [Reach.EMAIL], SOURCE, new_id(), records, now)


def resubscribe(supporter_id: str, language: str, records: Records, now: datetime) -> None:
    """E-mail them again, if they had agreed to it before."""
    for known in records.contacts.hold([supporter_id]):
        if Reach.EMAIL in known.contact.may or (supporter_id, Reach.EMAIL) not in records.consents.once_given(
            [supporter_id]
        ):
            continue
        again = Consent(
            supporter_id=supporter_id,
            reach=Reach.EMAIL,
            said=Said.GIVEN,
            source="page",
            cause=new_id(),
            at=now,
            wording=RESUBSCRIBE_WORDING,
            wording_language=language,
        )
        records.consents.add([again])
        may = known.contact.may | {Reach.EMAIL}
        records.contacts.keep([replace(known, contact=replace(known.contact, may=may))])
        post(records.transaction, given(again))
