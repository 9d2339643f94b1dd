"""Deliveries that are not settled: what receipts say of them, and whom to ask about those that none came for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from services.notifications.domain.delivery import SETTLED, Delivery, State
from services.notifications.storage.deliveries import COLUMNS, delivery_of


@dataclass(frozen=True, kw_only=True)
class News:
    """What a receipt makes of one delivery."""

    delivery_id: UUID
    state: State
    reason: str | None = None
    provider_id: str | None = None
    check_at: datetime | None = None


@dataclass(frozen=True)
class Open:
    """A delivery that is not settled, and how its supporter is reached."""

    delivery: Delivery
    sealed: str | None


class OpenDeliveries:
    """The part of the ledger that is still open, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def standing_of(self, ids: Sequence[UUID]) -> dict[UUID, tuple[State, str | None]]:
        """The state of each of these deliveries and its reason, as they are at the moment."""
        rows = self._transaction.execute(_STANDING, {"ids": list(ids)})
        return {row.id: (State(row.state), row.reason) for row in rows}

    def locked(self, ids: Sequence[UUID]) -> dict[UUID, Delivery]:
        """These deliveries, locked, in the one order in which all who lock several do."""
        rows = self._transaction.execute(_LOCKED, {"ids": list(ids)})
        return {row.id: delivery_of(row) for row in rows}

    def move_on(self, news: Sequence[News], now: datetime) -> None:
        """Write what receipts said of locked deliveries."""
        if news:
            asked = {
                "ids": [one.delivery_id for one in news],
                "states": [one.state for one in news],
                "reasons": [one.reason for one in news],
                "provider_ids": [one.provider_id for one in news],
                "check_at": [one.check_at for one in news],
                "settled_at": [now if one.state in SETTLED else None for one in news],
            }
            self._transaction.execute(_MOVE_ON, {**asked, "now": now})

    def to_look_after(self, now: datetime, lease: datetime, limit: int) -> list[Open]:
        """Those whose provider is to be asked now; for as long as the lease they are nobody else's to ask about."""
        asked = {"now": now, "lease": lease, "limit": limit}
        rows = self._transaction.execute(_TO_LOOK_AFTER, asked)
        return [Open(delivery_of(row), row.sealed) for row in rows]

    def known_to_provider(self, provider_ids: Sequence[str]) -> set[str]:
        """Which of the provider's ids belong to a delivery."""
        return set(self._transaction.execute(_KNOWN, {"provider_ids": list(provider_ids)}).scalars())

    def taken_requests(self, request_ids: Sequence[UUID]) -> set[UUID]:
        """Which of these requests the provider took, as it has told of at least one e-mail in them."""
        return set(self._transaction.execute(_TAKEN, {"request_ids": list(request_ids)}).scalars())


_STANDING = sa.text("SELECT id, state, reason FROM deliveries WHERE id = ANY(CAST(:ids AS uuid[]))")
_LOCKED = sa.text(f"SELECT {COLUMNS} FROM deliveries d WHERE d.id = ANY(CAST(:ids AS uuid[])) ORDER BY d.id FOR UPDATE")
_MOVE_ON = sa.text(
    "UPDATE deliveries d SET state = g.state, reason = g.reason, check_at = g.check_at, settled_at = g.settled_at,"
    " accepted_at = COALESCE(d.accepted_at, :now), provider_id = COALESCE(d.provider_id, g.provider_id)"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:reasons AS text[]),"
    " CAST(:provider_ids AS text[]), CAST(:check_at AS timestamptz[]), CAST(:settled_at AS timestamptz[]))"
    " AS g (id, state, reason, provider_id, check_at, settled_at) WHERE d.id = g.id"
)
_TO_LOOK_AFTER = sa.text(
    "WITH late AS (SELECT id FROM deliveries WHERE check_at <= :now ORDER BY check_at LIMIT :limit"
    " FOR UPDATE SKIP LOCKED),"
    " leased AS (UPDATE deliveries SET check_at = :lease WHERE id IN (SELECT id FROM late) RETURNING *)"
    f" SELECT {COLUMNS}, c.sealed FROM leased d LEFT JOIN contacts c ON c.supporter_id = d.supporter_id"
)
_KNOWN = sa.text("SELECT provider_id FROM deliveries WHERE provider_id = ANY(CAST(:provider_ids AS text[]))")
# Asked only where an answer of SendGrid was lost, so it has no index of its own.
_TAKEN = sa.text(
    "SELECT DISTINCT request_id FROM deliveries WHERE request_id = ANY(CAST(:request_ids AS uuid[]))"
    " AND state IN ('accepted', 'delivered', 'failed') AND provider_id IS NOT NULL"
)
