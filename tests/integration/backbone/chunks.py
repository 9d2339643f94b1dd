"""Jobs for a test: planned, taken, and done a chunk at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
import time_machine
from sqlalchemy import Connection

from shared.clock import now
from shared.database import Database
from shared.due_work import Job, schedule
from shared.due_work.jobs import claim
from shared.due_work.loop import ATTEMPTS, DueWork
from shared.due_work.tables import jobs
from tests.integration.backbone.tester.tables import acted

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def plan(database: Database, kind: str, key: str = "one", **options: Any) -> None:
    with database.transaction() as transaction:
        schedule(transaction, kind, key, **options)


def take(database: Database, kind: str = "count") -> Job | None:
    with database.transaction() as transaction:
        return claim(transaction, [kind])


def taken(database: Database, kind: str = "count") -> Job:
    job = take(database, kind)
    assert job
    return job


def note(transaction: Connection, number: int) -> None:
    transaction.execute(sa.insert(acted).values(thing="chunk", number=number, by="due work"))


def noted(database: Database) -> list[int]:
    with database.transaction() as transaction:
        return list(transaction.execute(sa.select(acted.c.number).order_by(acted.c.sequence)).scalars())


def rows(database: Database) -> list[Any]:
    with database.transaction() as transaction:
        return list(transaction.execute(sa.select(jobs)))


def counting(database: Database, up_to: int, between: Callable[[int], None] = lambda _: None) -> Callable[[Job], None]:
    """A job that notes one number in each chunk."""

    def count(job: Job) -> None:
        number = job.cursor or 0
        with database.transaction() as transaction:
            note(transaction, number)
            between(number)
            if number + 1 == up_to:
                job.finish(transaction)
            else:
                job.proceed(transaction, number + 1)

    return count


def due_work(database: Database, perform: Callable[[Job], None], kind: str = "count") -> DueWork:
    return DueWork("tester", database, {kind: perform}, {})


def broken(_: Job) -> None:
    raise ZeroDivisionError("of ada@example.org")


def fail_for_good(database: Database, perform: Callable[[Job], None] = broken) -> None:
    """Have a job fail until nobody tries it any more."""
    work = due_work(database, perform)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(ATTEMPTS):
            work.step()
            clock.shift(timedelta(hours=1))
