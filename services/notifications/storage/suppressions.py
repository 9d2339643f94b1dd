"""Suppressions: addresses that are not written to, whoever they belong to, by fingerprint."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.notifications.storage.tables import suppressions


class Why(StrEnum):
    """Why an address is not written to."""

    STOP = "stop"
    COMPLAINT = "complaint"
    NO_GOOD = "no_good"


class Suppressions:
    """The suppressed addresses, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, address_id: str, why: Why, since: datetime) -> bool:
        """Write to an address no more; whether it was written to before. What its owner said outlasts a bounce."""
        before = self.among([address_id]).get(address_id)
        if before is None or (before == Why.NO_GOOD and why != Why.NO_GOOD):
            row = insert(suppressions).values(address_id=address_id, reason=why.value, since=since)
            again = {"reason": why.value, "since": since}
            self._transaction.execute(row.on_conflict_do_update(index_elements=["address_id"], set_=again))
        return before is None

    def lift(self, address_id: str) -> bool:
        """Write to an address again; whether it was suppressed."""
        gone = sa.delete(suppressions).where(suppressions.c.address_id == address_id)
        return self._transaction.execute(gone).rowcount > 0

    def among(self, address_ids: Iterable[str]) -> dict[str, Why]:
        """Those of some addresses that are suppressed, and why."""
        wanted = list(address_ids)
        rows = self._transaction.execute(sa.select(suppressions).where(suppressions.c.address_id.in_(wanted)))
        return {row.address_id: Why(row.reason) for row in rows}
