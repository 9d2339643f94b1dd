"""The due-work loop of a worker: claim, perform, and what happens to a job that fails."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from shared.clock import now
from shared.database import Database, DatabaseIsAway
from shared.due_work.jobs import Job, LeaseIsLost, Perform, claim, schedule
from shared.due_work.tables import jobs
from shared.observability.logging import logger
from shared.observability.metrics import JOBS_DONE
from shared.privacy.redaction import redact

IDLE_SECONDS = 0.25
ATTEMPTS = 10
LONGEST_BACKOFF_SECONDS = 300
log = logger("due_work")


@dataclass(frozen=True)
class Periodic:
    """A job that is there from the start and comes back this long after each time it was done."""

    perform: Perform
    every: timedelta


class DueWork:
    """Performs the due jobs of one service. `run` belongs to one thread; several workers may run it at once."""

    def __init__(
        self, service: str, database: Database, performs: Mapping[str, Perform], periodic: Mapping[str, Periodic]
    ) -> None:
        self._service = service
        self._database = database
        self._performs = dict(performs) | {kind: one.perform for kind, one in periodic.items()}
        self._periodic = periodic

    def run(self, stop: threading.Event) -> None:
        """Perform what is due until `stop` is set."""
        planned = False
        while not stop.is_set():
            try:
                planned = planned or self._plan_periodic()
                busy = self.step()
            except DatabaseIsAway as error:
                log.warning("due work interrupted, trying again", service=self._service, error=type(error).__name__)
                busy = False
            if not busy:
                stop.wait(IDLE_SECONDS)

    def step(self) -> bool:
        """Perform one chunk of one job; whether there was any."""
        with self._database.transaction() as transaction:
            job = claim(transaction, list(self._performs))
        if job is None:
            return False
        try:
            self._performs[job.kind](job)
        except LeaseIsLost:
            JOBS_DONE.labels(self._service, job.kind, "lease_lost").inc()
        except DatabaseIsAway:
            raise
        except Exception as error:  # noqa: BLE001 - a job may raise anything; it is tried again, then left with its reason
            self._fail(job, error)
        else:
            JOBS_DONE.labels(self._service, job.kind, "done").inc()
        return True

    def _plan_periodic(self) -> bool:
        with self._database.transaction() as transaction:
            for kind in self._periodic:
                schedule(transaction, kind, "periodic")
        return True

    def _fail(self, job: Job, error: Exception) -> None:
        reason = redact(f"{type(error).__name__}: {error}")
        final = job.attempts >= ATTEMPTS and job.kind not in self._periodic
        backoff = min(LONGEST_BACKOFF_SECONDS, 2**job.attempts) * random.uniform(0.5, 1.0)  # noqa: S311
        mine = sa.update(jobs).where(jobs.c.id == job.id, jobs.c.lease == job.lease)
        with self._database.transaction() as transaction:
            transaction.execute(
                mine.values(
                    lease=None,
                    leased_until=None,
                    due_at=now() + timedelta(seconds=backoff),
                    failed_at=now() if final else None,
                    failure=reason,
                )
            )
        JOBS_DONE.labels(self._service, job.kind, "failed" if final else "will_retry").inc()
        log.warning("job failed", service=self._service, kind=job.kind, job_id=str(job.id), final=final, reason=reason)


def again(job: Job, transaction: sa.Connection, every: timedelta) -> None:
    """End a periodic job's turn; it comes back after `every`."""
    job.postpone(transaction, now() + every)
