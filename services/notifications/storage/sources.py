"""Our own copy of what petitions and broadcasts say, as far as some messages need it."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from services.notifications.domain.delivery import Delivery
from services.notifications.domain.sources import BroadcastWords, PetitionWords, Sources, broadcast_of, petition_of
from services.notifications.storage.tables import broadcasts, petitions
from shared.domain_events.announcement import Wording
from shared.domain_events.signatures import PetitionText, Target


def sources_of(transaction: Connection, deliveries: Iterable[Delivery]) -> Sources:
    """The words that these messages are made of, in at most two statements."""
    listed = list(deliveries)
    slugs = {slug for slug in map(petition_of, listed) if slug}
    ids = {id_ for id_ in map(broadcast_of, listed) if id_}
    found = transaction.execute(sa.select(petitions).where(petitions.c.slug.in_(slugs))).all() if slugs else []
    said = transaction.execute(sa.select(*_SAID).where(broadcasts.c.id.in_(ids))).all() if ids else []
    return Sources(
        petitions={row.slug: _petition(row) for row in found},
        broadcasts={row.id: _announced(row) for row in said},
    )


def petitions_with_targets(transaction: Connection) -> Sequence[PetitionWords]:
    """Every petition that has somebody to write to."""
    rows = transaction.execute(sa.select(petitions).where(sa.func.jsonb_array_length(petitions.c.targets) > 0))
    return [_petition(row) for row in rows]


_SAID: tuple[sa.Column[Any], ...] = (
    broadcasts.c.id,
    broadcasts.c.campaign,
    broadcasts.c.call_campaign,
    broadcasts.c.fields,
    broadcasts.c.wordings,
)


def _petition(row: Row[Any]) -> PetitionWords:
    targets = [Target(**target) for target in row.targets]
    return PetitionWords(
        slug=row.slug,
        campaign=row.campaign,
        texts=tuple(PetitionText(**text) for text in row.texts),
        targets={target.id: target for target in targets},
    )


def _announced(row: Row[Any]) -> BroadcastWords:
    return BroadcastWords(
        id=row.id,
        campaign=row.campaign,
        call_campaign=row.call_campaign,
        fields=row.fields,
        wordings=tuple(Wording(**wording) for wording in row.wordings),
    )
