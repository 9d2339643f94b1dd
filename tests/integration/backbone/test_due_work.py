"""Long and later work is done a chunk a transaction, once, whichever workers die on the way."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from shared.database import Database
from shared.due_work import Job, LeaseIsLost
from shared.due_work.jobs import LEASE, schedule_many
from shared.due_work.loop import DueWork, Periodic, again
from shared.observability.metrics import JOBS_DUE, JOBS_FAILED
from shared.observability.tracing import Trace, current_trace, tracing
from tests.integration.backbone.bus import running, until
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
