"""The domain events that the relay set aside: listed, given another try, or let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from shared.outbox.tables import outbox


@dataclass(frozen=True)
class Refused:
    """A domain event that Kafka would not take, and why."""

    id: UUID
    type: str
    refused_at: datetime
    refusal: str


def refused(transaction: Connection) -> list[Refused]:
    """All that are set aside, oldest first."""
    columns = (outbox.c.id, outbox.c.type, outbox.c.refused_at, outbox.c.refusal)
    question = sa.select(*columns).where(outbox.c.refused_at.is_not(None)).order_by(outbox.c.sequence)
    return [Refused(*row) for row in transaction.execute(question)]


def retry(transaction: Connection, ids: Sequence[UUID]) -> None:
    """Have the relay try them again, as after the broker was told to take more."""
    again = sa.update(outbox).where(_set_aside(ids)).values(refused_at=None, refusal=None)
    transaction.execute(again)
    # The trigger that wakes the relay hears of inserts only.
    transaction.execute(sa.text("SELECT pg_notify('outbox', '')"))


def discard(transaction: Connection, ids: Sequence[UUID]) -> None:
    """Let them go for good: nobody will ever hear of them."""
    transaction.execute(sa.delete(outbox).where(_set_aside(ids)))


def _set_aside(ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
    return sa.and_(outbox.c.id.in_(ids), outbox.c.refused_at.is_not(None))
