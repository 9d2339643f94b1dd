"""Remember those who might be rung one day: their telephone and postal code, sealed; their language; their consent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.calls.domain.caller import Caller
from services.calls.storage.records import Records
from shared.domain_events.envelope import Sealed
from shared.domain_events.events import AttendanceAdded
from shared.domain_events.signatures import SignatureAdded
from shared.due_work.jobs import schedule_many
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

SEALED_AS = "caller"
LOCATE = "locate"
# What calling needs of a person, and no more: their name is never said.
KEPT = ("phone", "postal_code")


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What an event says of somebody."""

    supporter_id: str
    contact: Mapping[str, Any]
    language: str | None
    campaign: str
    petition: str | None = None
    agreed_at: datetime | None = None


def remember_signers(signed: Sequence[SignatureAdded], records: Records, vault: Vault, prints: Fingerprints) -> None:
    """Remember who signed, and find out their riding; those who were erased meanwhile are let be."""
    opened = vault.open_many([_sealed(one.supporter) for one in signed], SignatureAdded.type)
    newcomers = [
        Newcomer(
            supporter_id=one.supporter.id,
            contact=contact,
            language=one.language,
            campaign=one.campaign,
            petition=one.petition,
            agreed_at=one.signed_at if one.consents.call else None,
        )
        for one, contact in zip(signed, opened, strict=True)
        if contact is not None
    ]
    _remember(newcomers, records, vault, prints)


def remember_guest(added: AttendanceAdded, records: Records, vault: Vault, prints: Fingerprints) -> None:
    """Remember who will come to a gathering, as they too may answer CALL to a text; they agreed to no calls by that."""
    if added.supporter is None:
        return
    (contact,) = vault.open_many([_sealed(added.supporter)], AttendanceAdded.type)
    if contact is None:
        return
    guest = Newcomer(supporter_id=added.supporter.id, contact=contact, language=added.language, campaign=added.campaign)
    _remember([guest], records, vault, prints)


def remember_telephone(
    supporter_id: str, phone: str, language: str, records: Records, vault: Vault, prints: Fingerprints
) -> None:
    """Remember the number that a supporter gave on the page that rings them."""
    caller = records.callers.meet(supporter_id)
    contact = {**_contacts([caller], vault)[supporter_id], "phone": phone}
    sealed = vault.seal(supporter_id, contact, SEALED_AS)
    records.callers.keep(replace(caller, sealed=sealed, phone_id=prints.of_phone(phone), language=language))


def _remember(newcomers: Sequence[Newcomer], records: Records, vault: Vault, prints: Fingerprints) -> None:
    if not newcomers:
        return
    callers = records.callers.meet_all(one.supporter_id for one in newcomers)
    contacts = _contacts(callers.values(), vault)
    for one in newcomers:
        before = contacts[one.supporter_id]
        after = before | {name: one.contact[name] for name in KEPT if one.contact.get(name)}
        callers[one.supporter_id] = _learn(callers[one.supporter_id], one, before, after, prints)
        contacts[one.supporter_id] = after
    sealed = vault.seal_many(list(contacts.items()), SEALED_AS)
    kept = [replace(callers[id_], sealed=text) for id_, text in zip(contacts, sealed, strict=True)]
    records.callers.keep_all(kept)
    to_locate = {one.supporter_id: {"supporter_id": one.supporter_id} for one in kept if one.ridings is None}
    schedule_many(records.transaction, LOCATE, to_locate)


def _learn(
    caller: Caller, newcomer: Newcomer, before: Mapping[str, Any], after: Mapping[str, Any], prints: Fingerprints
) -> Caller:
    known = caller.take_part(newcomer.campaign, newcomer.petition)
    known = known.agree(newcomer.agreed_at) if newcomer.agreed_at else known
    code = after.get("postal_code")
    known = known.move(code != before.get("postal_code"), has_postal_code=bool(code))
    phone = after.get("phone")
    return replace(
        known, language=newcomer.language or known.language, phone_id=prints.of_phone(phone) if phone else None
    )


def _contacts(callers: Iterable[Caller], vault: Vault) -> dict[str, dict[str, Any]]:
    """What was known of each before; nothing of one who is new, or was erased and came back."""
    contacts: dict[str, dict[str, Any]] = {caller.supporter_id: {} for caller in callers}
    sealed = [(caller.supporter_id, caller.sealed) for caller in callers if caller.sealed]
    opened = vault.open_many(sealed, SEALED_AS)
    return contacts | {id_: contact for (id_, _), contact in zip(sealed, opened, strict=True) if contact}


def _sealed(supporter: Sealed) -> tuple[str, str]:
    return supporter.id, supporter.sealed
