"""A job: what is due, where it stands, and the lease of the worker that has it.

A worker claims a job by a lease that runs out, so that another goes on where one died. The job moves its cursor in the
same transaction as the chunk it did; a worker that lost its lease finds that out there, and its chunk is undone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from shared.clock import now
from shared.due_work.tables import jobs
from shared.identifiers import new_id

LEASE = timedelta(seconds=60)


class LeaseIsLost(Exception):
    """Another worker has the job by now; what was done in this transaction must not stand."""


@dataclass
class Job:
    """A job in a worker's hands. Exactly one of `proceed`, `finish` or `postpone` ends each chunk."""

    id: UUID
    kind: str
    arguments: dict[str, Any]
    cursor: Any
    attempts: int
    lease: UUID

    def proceed(self, transaction: Connection, cursor: Any) -> None:
        """Note how far it is and keep it due now. Raises `LeaseIsLost`."""
        self._update(transaction, cursor=cursor, due_at=now(), attempts=0)

    def postpone(self, transaction: Connection, until: datetime, cursor: Any = None) -> None:
        """Leave it until later. Raises `LeaseIsLost`."""
        self._update(transaction, cursor=self.cursor if cursor is None else cursor, due_at=until, attempts=0)

    def finish(self, transaction: Connection) -> None:
        """Remove it: it is done. Raises `LeaseIsLost`."""
        done = transaction.execute(sa.delete(jobs).where(jobs.c.id == self.id, jobs.c.lease == self.lease))
        self._check(done.rowcount)

    def _update(self, transaction: Connection, **values: Any) -> None:
        mine = sa.update(jobs).where(jobs.c.id == self.id, jobs.c.lease == self.lease)
        self._check(transaction.execute(mine.values(lease=None, leased_until=None, **values)).rowcount)

    def _check(self, rows: int) -> None:
        if rows != 1:
            raise LeaseIsLost(f"{self.kind} {self.id}")


Perform = Callable[[Job], None]


def schedule(
    transaction: Connection,
    kind: str,
    key: str,
    arguments: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> None:
    """Have a job done once; a second one of the same kind and key while the first waits changes nothing."""
    row = {"id": new_id(), "kind": kind, "key": key, "arguments": dict(arguments or {}), "due_at": due_at or now()}
    transaction.execute(insert(jobs).values(row).on_conflict_do_nothing(index_elements=["kind", "key"]))


def schedule_many(transaction: Connection, kind: str, jobs_: Mapping[str, Mapping[str, Any]]) -> None:
    """`schedule` for many keys in one statement, all due now."""
    rows = [
        {"id": new_id(), "kind": kind, "key": key, "arguments": dict(arguments), "due_at": now()}
        for key, arguments in jobs_.items()
    ]
    if rows:
        transaction.execute(insert(jobs).values(rows).on_conflict_do_nothing(index_elements=["kind", "key"]))


def claim(transaction: Connection, kinds: list[str]) -> Job | None:
    """Take the job that has been due the longest and that nobody holds."""
    moment, lease = now(), new_id()
    free = (
        sa.select(jobs.c.id)
        .where(jobs.c.kind.in_(kinds), jobs.c.due_at <= moment, jobs.c.failed_at.is_(None))
        .where(sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until < moment))
        .order_by(jobs.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        sa.update(jobs)
        .where(jobs.c.id == free.scalar_subquery())
        .values(lease=lease, leased_until=moment + LEASE, attempts=jobs.c.attempts + 1)
        .returning(jobs.c.id, jobs.c.kind, jobs.c.arguments, jobs.c.cursor, jobs.c.attempts)
    )
    row = transaction.execute(taken).one_or_none()
    return Job(row.id, row.kind, row.arguments, row.cursor, row.attempts, lease) if row else None
