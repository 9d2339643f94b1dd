"""The jobs that failed for good: listed with their reason, given another try, or let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from shared.clock import now
from shared.due_work.tables import jobs


@dataclass(frozen=True)
class FailedJob:
    """A job that nobody tries any more, and what its last try ended in."""

    id: UUID
    kind: str
    key: str
    failed_at: datetime
    failure: str


def failed(transaction: Connection) -> list[FailedJob]:
    """All that failed for good, oldest first."""
    columns = (jobs.c.id, jobs.c.kind, jobs.c.key, jobs.c.failed_at, jobs.c.failure)
    question = sa.select(*columns).where(jobs.c.failed_at.is_not(None)).order_by(jobs.c.failed_at)
    return [FailedJob(*row) for row in transaction.execute(question)]


def retry(transaction: Connection, ids: Sequence[UUID]) -> None:
    """Have them go on from where they stopped."""
    transaction.execute(
        sa.update(jobs).where(_given_up(ids)).values(failed_at=None, failure=None, attempts=0, due_at=now())
    )


def discard(transaction: Connection, ids: Sequence[UUID]) -> None:
    """Let them go for good."""
    transaction.execute(sa.delete(jobs).where(_given_up(ids)))


def _given_up(ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
    return sa.and_(jobs.c.id.in_(ids), jobs.c.failed_at.is_not(None))
