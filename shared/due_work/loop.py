"""The due-work loop of a worker: claim, perform, and what happens to a job that fails."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
import structlog

from shared.backoff import backoff_seconds
from shared.clock import now
from shared.database import Database, is_away
from shared.due_work.jobs import Job, LeaseIsLost, Perform, claim, schedule
from shared.due_work.tables import jobs
from shared.due_work.watch import Watch
from shared.observability.logging import logger
from shared.observability.metrics import JOBS_DONE
from shared.observability.tracing import tracing
from shared.privacy.redaction import redact

IDLE_SECONDS = 0.25
WATCH_EVERY_SECONDS = 15.0
ATTEMPTS = 10
LONGEST_BACKOFF_SECONDS = 300.0
log = logger("due_work")


class JobIsStuck(Exception):
    """A job was begun again and again, and no worker came to the end of its next chunk, nor to an error."""


class JobWasLeftOpen(Exception):
    """What performs a job returned without `proceed`, `finish` or `postpone`: nobody knows how far it is."""


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
        self._watch = Watch(service, database, set(self._performs))

    def run(self, stop: threading.Event) -> None:
        """Perform what is due until `stop` is set; a database that is away is waited for."""
        planned, watched_at = False, 0.0
        while not stop.is_set():
            try:
                planned = planned or self._plan_periodic()
                busy = self.step()
                if time.monotonic() - watched_at > WATCH_EVERY_SECONDS:
                    watched_at = time.monotonic()
                    self._watch.look()
            except Exception as error:
                if not is_away(error):
                    raise
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
            self._perform(job)
        except LeaseIsLost:
            self._count(job, "lease_lost")
        except Exception as error:
            if is_away(error):
                raise
            self._fail(job, error)
        else:
            self._count(job, "done")
        return True

    def _perform(self, job: Job) -> None:
        if job.attempts > ATTEMPTS and job.kind not in self._periodic:
            raise JobIsStuck(f"{job.attempts - 1} workers began it, and none came to an end of any kind")
        story = structlog.contextvars.bound_contextvars(job_id=str(job.id), job_kind=job.kind)
        with tracing(job.traceparent), story:
            self._performs[job.kind](job)
        if not job.is_ended:
            raise JobWasLeftOpen(job.kind)

    def _plan_periodic(self) -> bool:
        with self._database.transaction() as transaction:
            for kind in self._periodic:
                schedule(transaction, kind, "periodic")
        return True

    def _fail(self, job: Job, error: Exception) -> None:
        reason = redact(f"{type(error).__name__}: {error}")
        final = job.attempts >= ATTEMPTS and job.kind not in self._periodic
        backoff = backoff_seconds(job.attempts, LONGEST_BACKOFF_SECONDS)
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
        self._count(job, "failed" if final else "will_retry")
        log.warning("job failed", service=self._service, kind=job.kind, job_id=str(job.id), final=final, reason=reason)

    def _count(self, job: Job, outcome: str) -> None:
        JOBS_DONE.labels(self._service, job.kind, outcome).inc()


def again(job: Job, transaction: sa.Connection, every: timedelta) -> None:
    """End a periodic job's turn; it comes back after `every`, and begins from the start."""
    job.postpone(transaction, now() + every, cursor=None)
