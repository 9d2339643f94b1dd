"""Consumers share the work and hand it over, and what one is in the middle of acts once."""

import time

import pytest
import sqlalchemy as sa
from kafka import KafkaConsumer

from shared.bus.consumer import Consumer
from shared.database import Database
from tests.integration.backbone.bus import Bus, partition_of, running, until
from tests.integration.backbone.consuming import ENDLESS, patient
from tests.integration.backbone.tester.service import react_as


def test_a_consumer_that_comes_back_goes_on_where_it_stopped(bus: Bus) -> None:
    bus.publish(bus.events("a", range(10)))
    with running(bus.consumer().run):
        until(lambda: len(bus.acted("a")) == 10, "the first ten acted")
    stopped_at = bus.committed()
    bus.publish(bus.events("a", range(10, 20)))

    with running(bus.consumer().run):
        until(lambda: len(bus.acted("a")) == 20, "all acted")

    assert stopped_at[partition_of(bus, "a")] == 10
    assert bus.acted("a") == list(range(20))
    assert bus.handled("seen_before") == 0


def test_consumers_share_the_work_and_hand_it_over_without_loss_or_repetition(bus: Bus) -> None:
    things = [f"thing {letter}" for letter in "abcdefghijklmnopqrst"]

    def happen(numbers: range) -> None:
        bus.publish([event for thing in things for event in bus.events(thing, numbers)])

    def by(who: str) -> int:
        return count_by(bus.database, who)

    happen(range(20))
    with running(bus.consumer("first").run):
        until(lambda: by("first") > 0, "the first acts")
        with running(bus.consumer("second").run, bus.relay().run):
            number = 20
            while by("second") < 20:
                # More comes while partitions change hands, no faster than it is worked off.
                bus.post([event for thing in things for event in bus.events(thing, range(number, number + 1))])
                number += 1
                time.sleep(0.05)
        # The second is gone; the first has it all again.
        happen(range(number, number + 20))
        until(lambda: len(bus.acted()) == len(things) * (number + 20), "all acted")

    for thing in things:
        assert bus.acted(thing) == list(range(number + 20))
    assert bus.letters() == []


def count_by(database: Database, who: str) -> int:
    question = sa.text("SELECT count(*) FROM acted WHERE by = :who")
    with database.transaction() as transaction:
        number: int = transaction.execute(question, {"who": who}).scalar_one()
    return number


def test_one_that_was_thrown_out_for_its_slowness_and_its_successor_act_once(bus: Bus) -> None:
    """A reaction takes longer than Kafka waits for a consumer to come back; another gets the partition meanwhile."""
    bus.order("wait", "a", 1)
    bus.publish(bus.events("a", range(3)))
    slow = Consumer(
        bus.name,
        react_as("slow", bus.happened),
        bus.database,
        lambda: _impatient(bus),
        bus.dead_letters(),
        ENDLESS,
    )
    successor = patient(bus, ENDLESS, "successor")

    with running(slow.run):
        until(lambda: is_in_the_middle(bus.database), "the slow one is in the middle of it")
        with running(successor.run):
            until(lambda: waits_for_another(bus.database), "the successor waits for what the slow one does")
            bus.take_back("a", 1)
            until(lambda: len(bus.acted("a")) == 3, "all acted")
            until(lambda: sum(bus.committed().values()) == 3, "it is committed")

    assert bus.acted("a") == [0, 1, 2]


def _impatient(bus: Bus) -> KafkaConsumer:
    """A consumer that Kafka expects back within six seconds."""
    from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

    return KafkaConsumer(
        bootstrap_servers=list(bus.settings.kafka),
        group_id=f"groundswell.{bus.name}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=[CooperativeStickyAssignor()],
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_000,
        max_poll_interval_ms=6_000,
    )


def is_in_the_middle(database: Database) -> bool:
    """Whether a reaction is at it, and has been for a while."""
    return _count(database, "query LIKE 'SELECT orders%' AND xact_start < now() - interval '1 s'") > 0


def waits_for_another(database: Database) -> bool:
    """Whether a consumer waits for what another transaction does with the same message."""
    return _count(database, "query LIKE '%INSERT INTO inbox%' AND wait_event_type = 'Lock'") > 0


def _count(database: Database, condition: str) -> int:
    question = sa.text(f"SELECT count(*) FROM pg_stat_activity WHERE {condition}")
    with database.transaction() as transaction:
        number: int = transaction.execute(question).scalar_one()
    return number


@pytest.mark.parametrize(("ends", "acts"), [("commit", []), ("rollback", [0])])
def test_what_another_worker_is_in_the_middle_of_is_waited_for(bus: Bus, ends: str, acts: list[int]) -> None:
    bus.publish(bus.events("a", range(1)))
    (record,) = bus.records()
    row = {"consumer": bus.name, "event_id": dict(record.headers)["ce_id"].decode()}

    with bus.database.engine.connect() as another:
        # It is idle for as long as the test takes.
        another.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        another.execute(
            sa.text("INSERT INTO inbox (consumer, event_id) VALUES (:consumer, CAST(:event_id AS uuid))"), row
        )
        with running(bus.consumer().run):
            until(lambda: waits_for_another(bus.database), "it waits")
            getattr(another, ends)()
            until(lambda: sum(bus.committed().values()) == 1, "it is done with")

    assert bus.acted("a") == acts


def test_stopping_in_the_middle_of_a_batch_leaves_the_rest_for_the_next(bus: Bus) -> None:
    bus.order("reject", "a", 0)  # so that the batch is taken one by one
    bus.order("wait", "a", 3)
    bus.publish(bus.events("a", range(10)))

    with running(bus.consumer().run) as stop:
        until(lambda: is_in_the_middle(bus.database), "it is in the middle")
        stop.set()
        bus.take_back("a", 3)
    acted_then = bus.acted("a")
    with running(bus.consumer().run):
        until(lambda: len(bus.acted("a")) == 9, "the rest acted")

    assert acted_then == [1, 2, 3]
    assert bus.acted("a") == list(range(1, 10))
