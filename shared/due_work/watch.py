"""What an operator sees of due work: how much waits, what failed for good, and what nobody here can perform."""

from collections.abc import Collection

import sqlalchemy as sa

from shared.database import Database
from shared.observability.logging import logger
from shared.observability.metrics import JOBS_DUE, JOBS_FAILED

log = logger("due_work")


class Watch:
    """Measures one service's table of jobs."""

    def __init__(self, service: str, database: Database, performed: Collection[str]) -> None:
        self._service = service
        self._database = database
        self._performed = performed
        self._seen: set[str] = set(performed)
        self._warned: set[str] = set()

    def look(self) -> None:
        """Set the gauges of every kind, and warn once of each that no worker of this version performs."""
        with self._database.transaction() as transaction:
            rows = {row.kind: row for row in transaction.execute(_COUNTED)}
        self._seen |= rows.keys()
        for kind in self._seen:
            row = rows.get(kind)
            JOBS_DUE.labels(self._service, kind).set(row.due if row else 0)
            JOBS_FAILED.labels(self._service, kind).set(row.failed if row else 0)
        for kind in rows.keys() - self._performed - self._warned:
            self._warned.add(kind)
            log.warning("jobs of a kind that nobody performs", service=self._service, kind=kind, due=rows[kind].due)


_COUNTED = sa.text(
    "SELECT kind, count(*) FILTER (WHERE failed_at IS NULL AND due_at <= now()) AS due, count(failed_at) AS failed"
    " FROM jobs GROUP BY kind"
)
