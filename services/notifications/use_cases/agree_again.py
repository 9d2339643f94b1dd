"""Supporters agree once more to what they had agreed to before."""

from collections.abc import Sequence

from services.notifications.domain.consent import Consent
from services.notifications.storage.contacts import Known
from services.notifications.storage.records import Records
from services.notifications.use_cases.remember_contact import consent_given
from shared.outbox import post_many


def agree_again(again: Sequence[Consent], held: Sequence[Known], records: Records) -> None:
    """Keep these consents of contacts that are held as evidence, reach them again, and tell of it."""
    records.consents.add(again)
    records.contacts.keep([known.once_said(again) for known in held])
    post_many(records.transaction, [consent_given(consent) for consent in again])
