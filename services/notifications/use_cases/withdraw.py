"""A supporter no longer agrees to be reached: it is kept as evidence and told, and what was planned is dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.notifications.domain.consent import Consent, Reach, Said, reached_after
from services.notifications.domain.delivery import Channel, Reason, State
from services.notifications.storage.contacts import Known
from services.notifications.storage.records import Records
from services.notifications.use_cases.settle import settle
from shared.domain_events.notifications import ConsentWithdrawn
from shared.outbox import post_many


def withdraw(
    supporter_ids: Iterable[str], reaches: Sequence[Reach], source: str, cause: UUID, records: Records, now: datetime
) -> None:
    """Take back the consent of some supporters to some channels. `source` is text, link, provider or organizer."""
    withdraw_of(records.contacts.hold(supporter_ids), reaches, source, cause, records, now)


def withdraw_of(
    held: Sequence[Known], reaches: Sequence[Reach], source: str, cause: UUID, records: Records, now: datetime
) -> None:
    """`withdraw` for contacts that are held. All of it is told, as others may have heard of a consent before us."""
    withdrawn = [
        Consent(supporter_id=known.supporter_id, reach=reach, said=Said.WITHDRAWN, source=source, cause=cause, at=now)
        for known in held
        for reach in reaches
    ]
    records.consents.add(withdrawn)
    records.contacts.keep([_without(known, withdrawn) for known in held])
    post_many(records.transaction, [_told(consent) for consent in withdrawn])
    channels = [Channel(reach.value) for reach in reaches if reach != Reach.CALL]
    waiting = records.planning.planned_for([known.supporter_id for known in held], channels)
    settle(records.transaction, State.DROPPED, dict.fromkeys(waiting, Reason.NO_CONSENT.value), now)


def _without(known: Known, withdrawn: Sequence[Consent]) -> Known:
    mine = [consent for consent in withdrawn if consent.supporter_id == known.supporter_id]
    may, _ = reached_after(known.contact.may, mine, {})
    return replace(known, contact=replace(known.contact, may=may))


def _told(consent: Consent) -> ConsentWithdrawn:
    return ConsentWithdrawn(
        supporter_id=consent.supporter_id,
        channel=consent.reach.value,
        source=consent.source,
        withdrawn_at=consent.at,
    )
