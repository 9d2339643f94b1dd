"""What is posted reaches Kafka: in order, after the commit, at least once, and whatever dies on the way."""

import threading
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from cloudevents.kafka import KafkaMessage, from_binary
from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from shared.bus import connections
from shared.bus.topics import create_topics
from shared.database import Database
from shared.domain_events.envelope import MAX_BYTES
from shared.observability.metrics import OUTBOX_DEPTH
from shared.observability.tracing import tracing
from shared.outbox import post
from shared.outbox.outbox import EventIsTooLarge
from shared.outbox.relay import BATCH, Relay
from shared.settings import CoreSettings
from tests.integration.backbone.bus import WITHIN_SECONDS, Bus, numbers_on, running, until

STORY = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def leader(database: Database) -> int | None:
    """The PostgreSQL process of the relay that leads, if one does."""
    with database.transaction() as transaction:
        pid: int | None = transaction.execute(_LEADER).scalar()
    return pid


def kill(database: Database, pid: int) -> None:
    with database.transaction() as transaction:
        transaction.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def test_what_is_posted_is_on_kafka_and_no_longer_in_the_outbox(bus: Bus) -> None:
    bus.post(bus.events("a", range(3)))

    with running(bus.relay().run):
        until(lambda: bus.waiting() == 0, "the outbox is empty")

    assert numbers_on(bus.records(), "a") == [0, 1, 2]


def test_what_is_undone_was_never_posted(bus: Bus) -> None:
    with bus.database.engine.connect() as connection:
        post(connection, bus.happened(thing="a", number=1))
        connection.rollback()

    assert bus.waiting() == 0


def test_the_events_of_each_thing_keep_their_order_over_many_batches(bus: Bus) -> None:
    things = [f"thing {letter}" for letter in "abcdefghijkl"]
    of_all = [bus.happened(thing=thing, number=number) for number in range(BATCH // 4) for thing in things]
    with running(bus.relay().run):
        for start in range(0, len(of_all), 777):
            bus.post(of_all[start : start + 777])
        until(lambda: bus.waiting() == 0, "the outbox is empty")

    records = bus.records()

    assert len({record.partition for record in records}) > 1
    for thing in things:
        assert numbers_on(records, thing) == list(range(BATCH // 4))


def test_an_independent_reader_of_cloudevents_understands_a_message(bus: Bus) -> None:
    with tracing(STORY) as trace:
        bus.publish(bus.events("a", range(1)))

    (record,) = bus.records()
    event = from_binary(KafkaMessage(dict(record.headers), record.key, record.value))

    assert event["specversion"] == "1.0"
    assert event["type"] == "thing.happened"
    assert event["source"] == f"/groundswell/{bus.name}"
    assert event["subject"] == "a"
    assert event["datacontenttype"] == "application/json"
    assert event["time"].endswith("+00:00")
    assert event.data == {"thing": "a", "number": 0, "padding": ""}
    assert dict(record.headers)["traceparent"].decode().split("-")[1] == trace.trace_id


def test_what_kafka_does_not_take_yet_stays_in_the_outbox(bus: Bus) -> None:
    """Also while it waits, an operator sees how much."""
    is_there, tried = threading.Event(), threading.Semaphore(0)

    def make_producer() -> KafkaProducer:
        tried.release()
        if not is_there.is_set():
            raise KafkaTimeoutError("away")
        return connections.producer(bus.settings)

    bus.post(bus.events("a", range(5)))

    with running(Relay(bus.name, bus.database, make_producer).run):
        for _ in range(3):
            tried.acquire()
        until(lambda: OUTBOX_DEPTH.labels(bus.name)._value.get() == 5, "the gauge says five")
        assert bus.waiting() == 5
        is_there.set()
        until(lambda: bus.waiting() == 0, "the outbox is empty")

    assert numbers_on(bus.records(), "a") == [0, 1, 2, 3, 4]


class Falling(KafkaProducer):  # type: ignore[misc]
    """A producer with which something happens as soon as Kafka has acknowledged the third message."""

    def __init__(self, fall: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._fall = fall
        self._sent = 0

    def send(self, *message: Any, **options: Any) -> Any:
        """Send; then fall, with the third."""
        sent = super().send(*message, **options)
        self._sent += 1
        if self._sent == 3:
            sent.get(timeout=WITHIN_SECONDS)
            self._fall()
        return sent


def test_a_relay_that_falls_between_acknowledgement_and_removal_publishes_again_and_it_acts_once(
    bus: Bus, settings: CoreSettings
) -> None:
    falls = iter([True])

    def fall() -> None:
        pid = leader(bus.database)
        if next(falls, False) and pid:
            kill(bus.database, pid)

    fallen = Relay(bus.name, bus.database, lambda: Falling(fall, bootstrap_servers=list(settings.kafka)))
    bus.post(bus.events("a", range(4)))

    with running(fallen.run):
        until(lambda: bus.waiting() == 0, "the outbox is empty")
    with running(bus.consumer().run):
        until(lambda: len(bus.acted("a")) == 4, "all acted")

    assert numbers_on(bus.records(), "a") == [0, 1, 2, 3, 0, 1, 2, 3]
    assert bus.acted("a") == [0, 1, 2, 3]


def test_a_relay_is_woken_by_what_is_posted(bus: Bus) -> None:
    """This one would look by itself once an hour only."""
    relay = Relay(bus.name, bus.database, partial(connections.producer, bus.settings), look_every_seconds=3600)

    with running(relay.run) as stop:
        for number in range(3):
            bus.post(bus.events("a", range(number, number + 1)))
            until(lambda: bus.waiting() == 0, "the outbox is empty")
        stop.set()
        wake(bus.database)

    assert numbers_on(bus.records(), "a") == [0, 1, 2]


def wake(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute(sa.text("SELECT pg_notify('outbox', '')"))


def test_one_relay_leads_and_another_takes_over_when_the_leaders_connection_dies(bus: Bus) -> None:
    dead_end = threading.Event()

    def never_again() -> KafkaProducer:
        dead_end.wait()
        raise KafkaTimeoutError("told to stop")

    leads = Relay(bus.name, bus.database, never_again)
    stands_by = bus.relay()

    with running(leads.run) as stop:
        first = until(lambda: leader(bus.database), "somebody leads")
        bus.post(bus.events("a", range(3)))
        with running(stands_by.run):
            # It hangs in Kafka with the lock in its hand; then the server drops its connection.
            kill(bus.database, first)
            until(lambda: bus.waiting() == 0, "the outbox is empty")
            assert leader(bus.database) != first
        stop.set()
        dead_end.set()

    assert numbers_on(bus.records(), "a") == [0, 1, 2]


def test_only_one_relay_leads_at_a_time(bus: Bus) -> None:
    with running(bus.relay().run, bus.relay().run, bus.relay().run):
        until(lambda: leader(bus.database), "somebody leads")
        for start in range(0, 500, 50):
            bus.post(bus.events("a", range(start, start + 50)))
        until(lambda: bus.waiting() == 0, "the outbox is empty")

    assert numbers_on(bus.records(), "a") == list(range(500))


def test_size_is_counted_in_bytes(bus: Bus) -> None:
    """Most scripts take three bytes for a letter."""
    with pytest.raises(EventIsTooLarge), bus.database.transaction() as transaction:
        post(transaction, bus.happened(thing="a", number=0, padding="ਪ" * (MAX_BYTES // 2)))

    assert bus.waiting() == 0


def test_the_outbox_has_the_columns_that_debezium_routes_by(bus: Bus) -> None:
    with bus.database.transaction() as transaction:
        columns = {row.column_name: row.data_type for row in transaction.execute(_COLUMNS)}

    expected = {"id": "uuid", "aggregatetype": "text", "aggregateid": "text", "type": "text", "payload": "json"}
    assert expected.items() <= columns.items()


def test_topics_are_created_once(settings: CoreSettings) -> None:
    created: dict[str, int] = defaultdict(int)

    for names in (["once", "twice"], ["twice", "thrice"]):
        for topic in create_topics(settings, names):
            created[topic] += 1

    assert set(created.values()) == {1}
    assert "groundswell.twice.v1" in created
    assert "groundswell.twice.dead-letters" in created


_LEADER = sa.text(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)


_COLUMNS = sa.text("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'outbox'")
