"""Long and later work is done a chunk a transaction, once, whichever workers die on the way."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy import Connection

from shared.clock import now
from shared.database import Database
from shared.due_work import Job, LeaseIsLost, schedule
from shared.due_work.failed import discard, failed, retry
from shared.due_work.jobs import LEASE, claim, schedule_many
from shared.due_work.loop import ATTEMPTS, DueWork, Periodic, again
from shared.due_work.tables import jobs
from shared.observability.metrics import JOBS_DUE, JOBS_FAILED
from shared.observability.tracing import Trace, current_trace, tracing
from tests.integration.backbone.bus import running, until
from tests.integration.backbone.tester.tables import acted

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands until it is moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


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


def test_a_job_is_done_chunk_by_chunk_and_is_gone(database: Database) -> None:
    plan(database, "count")
    work = due_work(database, counting(database, 4))

    while work.step():
        pass

    assert noted(database) == [0, 1, 2, 3]
    assert rows(database) == []


def test_a_job_is_scheduled_once_while_it_waits(database: Database) -> None:
    plan(database, "count", arguments={"who": "first"})
    plan(database, "count", arguments={"who": "second"})
    with database.transaction() as transaction:
        schedule_many(transaction, "count", {"one": {"who": "third"}, "two": {}})

    assert {row.key: row.arguments for row in rows(database)} == {"one": {"who": "first"}, "two": {}}


def test_what_is_due_later_is_done_later(database: Database, clock: time_machine.Traveller) -> None:
    plan(database, "count", due_at=NOON + timedelta(minutes=5))

    assert take(database) is None
    clock.shift(timedelta(minutes=5))
    assert take(database)


def test_a_lost_lease_undoes_the_chunk_and_another_worker_goes_on(
    database: Database, clock: time_machine.Traveller
) -> None:
    plan(database, "count")
    stalled = taken(database)
    clock.shift(LEASE + timedelta(seconds=1))
    successor = taken(database)

    with pytest.raises(LeaseIsLost):
        counting(database, 2)(stalled)
    counting(database, 1)(successor)

    assert noted(database) == [0]
    assert rows(database) == []


def test_a_lease_that_holds_is_respected(database: Database, clock: time_machine.Traveller) -> None:
    plan(database, "count")
    taken(database)
    clock.shift(LEASE - timedelta(seconds=1))

    assert take(database) is None


def test_a_lease_is_twice_as_long_each_time_it_ran_out(database: Database, clock: time_machine.Traveller) -> None:
    """So that a chunk which takes longer than the first lease is done in the end, whoever else is there."""
    plan(database, "count")
    taken(database)
    clock.shift(LEASE + timedelta(seconds=1))
    slow = taken(database)
    clock.shift(2 * LEASE - timedelta(seconds=1))

    assert take(database) is None
    counting(database, 1)(slow)

    assert rows(database) == []


def test_a_job_that_came_forward_has_a_short_lease_again(database: Database, clock: time_machine.Traveller) -> None:
    plan(database, "count")
    for _ in range(3):
        taken(database)
        clock.shift(timedelta(hours=2))
    counting(database, 2)(taken(database))
    taken(database)
    clock.shift(LEASE + timedelta(seconds=1))

    assert take(database)


def test_several_workers_do_each_chunk_once(database: Database) -> None:
    for key in "abcdefgh":
        plan(database, "count", key)
    workers = [due_work(database, counting(database, 10)) for _ in range(4)]

    with running(*(worker.run for worker in workers)):
        until(lambda: not rows(database), "all jobs are done")

    assert sorted(noted(database)) == sorted(list(range(10)) * 8)


def test_a_job_that_fails_is_tried_again_later(database: Database, clock: time_machine.Traveller) -> None:
    plan(database, "count")
    due_work(database, broken).step()
    (row,) = rows(database)

    assert row.failed_at is None
    assert row.lease is None
    assert NOON < row.due_at <= NOON + timedelta(seconds=2)
    assert row.failure == "ZeroDivisionError: of [redacted]"


def broken(_: Job) -> None:
    raise ZeroDivisionError("of ada@example.org")


def fail_for_good(database: Database, perform: Callable[[Job], None] = broken) -> None:
    """Have a job fail until nobody tries it any more."""
    work = due_work(database, perform)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(ATTEMPTS):
            work.step()
            clock.shift(timedelta(hours=1))


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


def test_a_job_is_a_step_of_the_story_in_which_it_was_scheduled(database: Database) -> None:
    traces: list[Trace | None] = []

    def note_trace(job: Job) -> None:
        traces.append(current_trace())
        with database.transaction() as transaction:
            job.finish(transaction)

    with tracing(None) as story:
        plan(database, "count")
    with database.transaction() as transaction:
        schedule_many(transaction, "count", {"of no story": {}})
    work = due_work(database, note_trace)
    while work.step():
        pass

    first, second = traces
    assert first
    assert second
    assert first.trace_id == story.trace_id
    assert second.trace_id != story.trace_id
    assert current_trace() is None


def test_a_periodic_job_is_there_from_the_start_and_comes_back(database: Database) -> None:
    turns = threading.Semaphore(0)
    cursors: list[Any] = []

    def sweep(job: Job) -> None:
        cursors.append(job.cursor)
        with database.transaction() as transaction:
            if job.cursor is None:
                job.proceed(transaction, "half way")
            else:
                again(job, transaction, timedelta(0))
                turns.release()

    work = DueWork("tester", database, {}, {"sweep": Periodic(sweep, timedelta(0))})
    with running(work.run):
        for _ in range(3):
            turns.acquire()

    assert cursors[:6] == [None, "half way"] * 3
    assert [row.key for row in rows(database)] == ["periodic"]


def test_a_periodic_job_is_never_given_up(database: Database, clock: time_machine.Traveller) -> None:
    work = DueWork("tester", database, {}, {"sweep": Periodic(broken, timedelta(hours=1))})
    plan(database, "sweep", "periodic")
    for _ in range(ATTEMPTS + 3):
        work.step()
        clock.shift(timedelta(hours=2))

    assert rows(database)[0].failed_at is None


def test_an_operator_sees_what_is_due_what_failed_and_what_nobody_performs(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    plan(database, "count")
    fail_for_good(database)
    plan(database, "of_another_version")

    with running(due_work(database, broken).run):
        until(lambda: JOBS_FAILED.labels("tester", "count")._value.get() == 1, "the failed one is counted")
        until(lambda: JOBS_DUE.labels("tester", "of_another_version")._value.get() == 1, "the waiting one is counted")

    assert "nobody performs" in capsys.readouterr().out
