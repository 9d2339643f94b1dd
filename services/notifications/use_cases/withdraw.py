"""A supporter no longer agrees to be reached: it is kept as evidence and told, and what was planned is dropped."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.notifications.domain.consent import Consent, Reach, Said
from services.notifications.domain.delivery import Channel, Reason, State
from services.notifications.storage.contacts import Known
from services.notifications.storage.records import Records
from services.notifications.use_cases.settle import settle
from shared.domain_events.notifications import ConsentWithdrawn
from shared.outbox import post_many


def withdraw(
    held: Sequence[Known], reaches: Sequence[Reach], source: str, cause: UUID, records: Records, now: datetime
) -> None:
    """Take back the consent of contacts that are held to some channels. `source` is text, link or provider.

    All of it is told, as others may have heard of a consent before us.
    """
    withdrawn = [
        Consent(supporter_id=known.supporter_id, reach=reach, said=Said.WITHDRAWN, source=source, cause=cause, at=now)
        for known in held
        for reach in reaches
    ]
    records.consents.add(withdrawn)
    records.contacts.keep([known.once_said(withdrawn) for known in held])
    post_many(records.transaction, [_consent_withdrawn(consent) for consent in withdrawn])
    channels = [Channel(reach.value) for reach in reaches if reach != Reach.CALL]
    waiting = records.planning.planned_for([known.supporter_id for known in held], channels)
    settle(records.transaction, State.DROPPED, dict.fromkeys(waiting, Reason.NO_CONSENT.value), now)


def _consent_withdrawn(consent: Consent) -> ConsentWithdrawn:
    return ConsentWithdrawn(
        supporter_id=consent.supporter_id,
        channel=consent.reach.value,
        source=consent.source,
        withdrawn_at=consent.at,
    )
