"""Somebody signed: remember them, thank them on the channels they agreed to, and send their letter to each target."""

from collections.abc import Sequence
from typing import Any

from services.notifications.domain.broadcast import best_language
from services.notifications.domain.consent import Consent, Reach, Said
from services.notifications.domain.contact import Newcomer
from services.notifications.storage.contacts import Known
from services.notifications.storage.planning import Signed
from services.notifications.storage.records import Records
from services.notifications.use_cases.remember_contact import remember
from shared.bus.outcomes import Retry
from shared.clock import Clock
from shared.domain_events.envelope import Envelope
from shared.domain_events.signatures import SignatureAdded
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault


def welcome(envelopes: Sequence[Envelope], records: Records, vault: Vault, prints: Fingerprints, clock: Clock) -> None:
    """Welcome all signers of a batch; those who were erased meanwhile are let be.

    Raises `Retry` where a petition was not heard of yet: its own event travels on another partition.
    """
    heard = [(envelope, _signature(envelope)) for envelope in envelopes]
    languages = records.petitions.languages({signed.petition for _, signed in heard})
    unknown = {signed.petition for _, signed in heard} - languages.keys()
    if unknown:
        raise Retry(f"not heard of yet: {', '.join(sorted(unknown))}")
    sealed = [(signed.supporter.id, signed.supporter.sealed) for _, signed in heard]
    opened = vault.open_many(sealed, SignatureAdded.type)
    present = [(*one, personal) for one, personal in zip(heard, opened, strict=True) if personal is not None]
    newcomers = [_newcomer(signed, personal) for _, signed, personal in present]
    consents = [consent for one in present for consent in _consents(*one)]
    known = remember(newcomers, consents, records, vault, prints)
    thanked = [
        _thanked(envelope, signed, languages[signed.petition], known[signed.supporter.id])
        for envelope, signed, _ in present
    ]
    records.planning.thank(thanked, clock())


def _signature(envelope: Envelope) -> SignatureAdded:
    assert isinstance(envelope.event, SignatureAdded)
    return envelope.event


def _newcomer(signed: SignatureAdded, personal: dict[str, Any]) -> Newcomer:
    return Newcomer(
        supporter_id=signed.supporter.id,
        personal=personal,
        language=signed.language,
        campaign=signed.campaign,
        petition=signed.petition,
    )


def _consents(envelope: Envelope, signed: SignatureAdded, personal: dict[str, Any]) -> list[Consent]:
    """What was ticked, as evidence; a tick without an address is no consent to write to one that is found later."""
    ticked = {
        Reach.TEXT: signed.consents.text and personal.get("phone"),
        Reach.EMAIL: signed.consents.email and personal.get("email"),
        Reach.CALL: signed.consents.call and personal.get("phone"),
    }
    return [
        Consent(
            supporter_id=signed.supporter.id,
            reach=reach,
            said=Said.GIVEN,
            source=signed.source,
            cause=envelope.id,
            at=signed.signed_at,
            wording=signed.consents.wording,
            wording_language=signed.consents.language,
        )
        for reach, is_given in ticked.items()
        if is_given
    ]


def _thanked(envelope: Envelope, signed: SignatureAdded, languages: Sequence[str], known: Known) -> Signed:
    may = known.contact.may
    return Signed(
        cause=envelope.id,
        supporter_id=signed.supporter.id,
        petition=signed.petition,
        language=best_language(signed.language, languages),
        traceparent=envelope.traceparent,
        by_text=known.phone_id if Reach.TEXT in may else None,
        by_email=known.email_id if Reach.EMAIL in may else None,
    )
