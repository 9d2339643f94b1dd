"""A job: what is due, where it stands, and the lease of the worker that has it.

A worker claims a job by a lease that runs out, so that another goes on where one died. The job moves its cursor in the
same transaction as the chunk it did; a worker that lost its lease finds that out there, and its chunk is undone. Each
time a lease ran out, the next is twice as long, so that a chunk that takes long is done in the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert

from shared.clock import now
from shared.due_work.tables import jobs
from shared.identifiers import new_id
from shared.observability.tracing import current_trace

LEASE = timedelta(seconds=60)
# The longest lease is this many times doubled: about an hour.
DOUBLED_AT_MOST = 6
_UNCHANGED: Any = object()


class LeaseIsLost(Exception):
    """Another worker has the job by now; what was done in this transaction must not stand."""


@dataclass
class Job:
    """A job in a worker's hands. Exactly one of `proceed`, `finish` or `postpone` ends each chunk."""

    id: UUID
    kind: str
    arguments: dict[str, Any]
    cursor: Any
    # How often it was begun since it last came forward, this time included.
    attempts: int
    lease: UUID
    traceparent: str = ""
    is_ended: bool = False

    def proceed(self, transaction: Connection, cursor: Any) -> None:
        """Note how far it is and keep it due now. Raises `LeaseIsLost`."""
        self._update(transaction, cursor=cursor, due_at=now(), attempts=0)

    def postpone(self, transaction: Connection, until: datetime, cursor: Any = _UNCHANGED) -> None:
        """Leave it until later, where it is or at another cursor. Raises `LeaseIsLost`."""
        self._update(transaction, cursor=self.cursor if cursor is _UNCHANGED else cursor, due_at=until, attempts=0)

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
        self.is_ended = True


Perform = Callable[[Job], None]


def schedule(
    transaction: Connection,
    kind: str,
    key: str,
    arguments: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> None:
    """Have a job done once; a second one of the same kind and key while the first waits changes nothing.

    One that had failed for good begins anew.
    """
    _insert(transaction, [_row(kind, key, arguments or {}, due_at or now())])


def schedule_many(transaction: Connection, kind: str, jobs_: Mapping[str, Mapping[str, Any]]) -> None:
    """`schedule` for many keys in one statement, all due now."""
    moment = now()
    rows = [_row(kind, key, arguments, moment) for key, arguments in jobs_.items()]
    if rows:
        _insert(transaction, rows)


def _row(kind: str, key: str, arguments: Mapping[str, Any], due_at: datetime) -> dict[str, Any]:
    trace = current_trace()
    return {
        "id": new_id(),
        "kind": kind,
        "key": key,
        "arguments": dict(arguments),
        "due_at": due_at,
        "traceparent": trace.traceparent if trace else "",
    }


def _insert(transaction: Connection, rows: list[dict[str, Any]]) -> None:
    row = insert(jobs)
    anew = {
        "arguments": row.excluded.arguments,
        "due_at": row.excluded.due_at,
        "traceparent": row.excluded.traceparent,
        "cursor": sa.null(),
        "attempts": 0,
        "failed_at": None,
        "failure": None,
    }
    unless_it_waits = jobs.c.failed_at.is_not(None)
    transaction.execute(
        row.values(rows).on_conflict_do_update(index_elements=["kind", "key"], set_=anew, where=unless_it_waits)
    )


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
        .values(lease=lease, leased_until=moment + _lease_after(jobs.c.attempts), attempts=jobs.c.attempts + 1)
        .returning(jobs.c.id, jobs.c.kind, jobs.c.arguments, jobs.c.cursor, jobs.c.attempts, jobs.c.traceparent)
    )
    row = transaction.execute(taken).one_or_none()
    return Job(row.id, row.kind, row.arguments, row.cursor, row.attempts, lease, row.traceparent) if row else None


def _lease_after(attempts: sa.ColumnElement[int]) -> Any:
    seconds = LEASE.total_seconds() * sa.func.power(2, sa.func.least(attempts, DOUBLED_AT_MOST))
    return sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds, type_=postgresql.INTERVAL)
