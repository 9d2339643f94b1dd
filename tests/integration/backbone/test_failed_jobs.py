"""A job that fails is tried again later, left with its reason at last, and an operator decides what becomes of it."""

from datetime import timedelta

import time_machine

from shared.database import Database
from shared.due_work.failed import discard, failed, retry
from shared.due_work.loop import ATTEMPTS, DueWork, Periodic
from tests.integration.backbone.chunks import (
    NOON,
    broken,
    counting,
    due_work,
    fail_for_good,
    noted,
    plan,
    rows,
    take,
    taken,
)


def test_a_job_that_fails_is_tried_again_later(database: Database, clock: time_machine.Traveller) -> None:
    plan(database, "count")
    due_work(database, broken).step()
    (row,) = rows(database)

    assert row.failed_at is None
    assert row.lease is None
    assert NOON < row.due_at <= NOON + timedelta(seconds=2)
    assert row.failure == "ZeroDivisionError: of [redacted]"


def test_a_job_that_always_fails_is_left_with_its_reason(database: Database) -> None:
    plan(database, "count")

    fail_for_good(database)

    with database.transaction() as transaction:
        (job,) = failed(transaction)
    assert (job.kind, job.key, job.failure) == ("count", "one", "ZeroDivisionError: of [redacted]")
    assert rows(database)[0].attempts == ATTEMPTS
    assert take(database) is None


def test_a_failed_job_can_be_tried_again_from_where_it_stopped(database: Database) -> None:
    plan(database, "count")
    counting(database, 3)(taken(database))
    fail_for_good(database)

    with database.transaction() as transaction:
        retry(transaction, [job.id for job in failed(transaction)])
    work = due_work(database, counting(database, 3))
    while work.step():
        pass

    assert noted(database) == [0, 1, 2]


def test_a_failed_job_can_be_let_go(database: Database) -> None:
    plan(database, "count")
    fail_for_good(database)

    with database.transaction() as transaction:
        discard(transaction, [job.id for job in failed(transaction)])

    assert rows(database) == []


def test_a_failed_job_does_not_stand_in_the_way_of_a_new_one(database: Database) -> None:
    plan(database, "count", arguments={"who": "first"})
    counting(database, 3)(taken(database))
    fail_for_good(database)

    plan(database, "count", arguments={"who": "second"})

    job = taken(database)
    assert (job.arguments, job.cursor, job.attempts) == ({"who": "second"}, None, 1)
    assert rows(database)[0].failure is None


def test_a_job_that_kills_its_workers_is_given_up(database: Database, clock: time_machine.Traveller) -> None:
    plan(database, "count")
    for _ in range(ATTEMPTS):
        taken(database)  # and the worker is gone
        clock.shift(timedelta(hours=2))
    due_work(database, counting(database, 1)).step()

    (row,) = rows(database)
    assert row.failed_at
    assert row.failure.startswith("JobIsStuck")
    assert noted(database) == []


def test_a_job_that_is_left_open_fails_at_once(database: Database) -> None:
    """What performs it forgot to say how far it is; waiting for the lease to run out would hide that."""
    plan(database, "count")

    due_work(database, lambda _: None).step()

    assert rows(database)[0].failure == "JobWasLeftOpen: count"
    assert rows(database)[0].lease is None


def test_a_periodic_job_is_never_given_up(database: Database, clock: time_machine.Traveller) -> None:
    work = DueWork("tester", database, {}, {"sweep": Periodic(broken, timedelta(hours=1))})
    plan(database, "sweep", "periodic")
    for _ in range(ATTEMPTS + 3):
        work.step()
        clock.shift(timedelta(hours=2))

    assert rows(database)[0].failed_at is None
