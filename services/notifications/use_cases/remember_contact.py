"""Remember those we may write to: what they are called, where they are reached, what they agreed to.

A batch costs as few statements whether it has one person or five hundred. Somebody new is one row of one statement;
only those who were known before are read, opened and written again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from services.notifications.domain.consent import Consent, LastWords, reached_after
from services.notifications.domain.contact import Contact, Newcomer
from services.notifications.storage.contacts import Known
from services.notifications.storage.records import Records
from shared.domain_events.notifications import ConsentGiven
from shared.outbox import post_many
from shared.privacy.addresses import canonical_email
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

SEALED_AS = "contact"


class OfASupporter(Protocol):
    """Anything that is about one supporter."""

    @property
    def supporter_id(self) -> str: ...


T = TypeVar("T", bound=OfASupporter)
Told = Mapping[str, Sequence[Newcomer]]
Agreed = Mapping[str, Sequence[Consent]]


def remember(
    newcomers: Sequence[Newcomer], consents: Sequence[Consent], records: Records, vault: Vault, prints: Fingerprints
) -> dict[str, Known]:
    """Remember people and what they agreed to, and tell of the consents that are new; everybody as they are now."""
    if not newcomers:
        return {}
    told, said = _by_supporter(newcomers), _by_supporter(consents)
    fresh = [_learn(Contact(supporter_id=id_), told) for id_ in told]
    contacts, changes = _agree(fresh, said, {})
    known = {one.supporter_id: one for one in seal(contacts, vault, prints)}
    added = records.contacts.add(list(known.values()))
    if len(added) < len(known):
        again, changed = _remember_again(known.keys() - added, told, said, records, vault, prints)
        known |= {one.supporter_id: one for one in again}
        changes = [consent for consent in changes if consent.supporter_id in added] + changed
    records.consents.add(consents)
    post_many(records.transaction, [consent_given(consent) for consent in changes])
    return known


def open_contacts(known: Sequence[Known], vault: Vault) -> list[Contact]:
    """Contacts with what is personal; without it, where they were erased or nothing was known yet."""
    sealed = [(one.supporter_id, one.sealed) for one in known if one.sealed]
    opened = dict(zip([id_ for id_, _ in sealed], vault.open_many(sealed, SEALED_AS), strict=True))
    return [replace(one.contact, personal=opened.get(one.supporter_id) or {}) for one in known]


def seal(contacts: Sequence[Contact], vault: Vault, prints: Fingerprints) -> list[Known]:
    """Contacts as they are kept."""
    sealed = vault.seal_many([(contact.supporter_id, contact.personal) for contact in contacts], SEALED_AS)
    return [
        Known(
            contact=contact,
            sealed=text,
            phone_id=prints.of_phone(contact.phone) if contact.phone else None,
            email_id=prints.of("email", canonical_email(contact.email)) if contact.email else None,
        )
        for contact, text in zip(contacts, sealed, strict=True)
    ]


def consent_given(consent: Consent) -> ConsentGiven:
    """The domain event that tells of a consent."""
    return ConsentGiven(
        supporter_id=consent.supporter_id,
        channel=consent.reach.value,
        source=consent.source,
        given_at=consent.at,
    )


def _remember_again(
    supporter_ids: Iterable[str], told: Told, said: Agreed, records: Records, vault: Vault, prints: Fingerprints
) -> tuple[list[Known], list[Consent]]:
    """Add what was heard to what is known of people who are there already."""
    held = records.contacts.hold(supporter_ids)
    learned = [_learn(contact, told) for contact in open_contacts(held, vault)]
    contacts, changes = _agree(learned, said, records.consents.last_words(supporter_ids))
    known = seal(contacts, vault, prints)
    records.contacts.keep(known)
    return known, changes


def _learn(contact: Contact, told: Told) -> Contact:
    for newcomer in told[contact.supporter_id]:
        contact = contact.learn(newcomer)
    return contact


def _agree(contacts: Iterable[Contact], said: Agreed, last_words: LastWords) -> tuple[list[Contact], list[Consent]]:
    """The contacts with what they agreed to, and the consents by which that changed."""
    agreed, changes = [], []
    for contact in contacts:
        may, changed = reached_after(contact.may, said.get(contact.supporter_id, ()), last_words)
        agreed.append(replace(contact, may=may))
        changes += changed
    return agreed, changes


def _by_supporter(all_: Sequence[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for one in all_:
        found[one.supporter_id].append(one)
    return dict(found)
