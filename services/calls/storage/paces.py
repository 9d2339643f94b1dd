"""Paces that all workers keep together, such as the carrier's calls per second."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.calls.domain.pace import Pace
from services.calls.storage.tables import paces

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Paces:
    """The paces, in one transaction; one that was looked at stays locked until its end."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def free(self, name: str, pace: Pace, now: datetime) -> int:
        """How many may go now."""
        return pace.free(self._next_at(name), now)

    def spend(self, name: str, pace: Pace, now: datetime, taken: int) -> None:
        """Note that so many went."""
        self._remember(name, pace.after(self._next_at(name), now, taken))

    def reserve(self, name: str, pace: Pace, now: datetime) -> datetime:
        """Take the next free slot, which may lie ahead."""
        slot, next_at = pace.reserve(self._next_at(name), now)
        self._remember(name, next_at)
        return slot

    def _next_at(self, name: str) -> datetime:
        first = insert(paces).values(name=name, next_at=LONG_AGO).on_conflict_do_nothing()
        self._transaction.execute(first)
        question = sa.select(paces.c.next_at).where(paces.c.name == name).with_for_update()
        next_at: datetime = self._transaction.execute(question).scalar_one()
        return next_at

    def _remember(self, name: str, next_at: datetime) -> None:
        self._transaction.execute(sa.update(paces).where(paces.c.name == name).values(next_at=next_at))
