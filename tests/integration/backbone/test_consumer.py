"""Every domain event acts once, and one that fails holds up nobody for good."""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from kafka import KafkaConsumer
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Reject
from shared.bus.patience import Patience
from shared.bus.reactions import reactions
from shared.bus.topics import create_topics
from shared.database import Database
from shared.domain_events.envelope import Envelope
from shared.identifiers import new_id
from shared.observability.metrics import CONSUMER_LAG, HANDLED_AGE, OUTBOX_DEPTH
from shared.settings import CoreSettings
from tests.integration.backbone.bus import Bus, running, things_apart, until
from tests.integration.backbone.tester.service import react_as

# Never gives up within a test.
ENDLESS = Patience(attempts=1_000_000, first_wait_seconds=0.05, longest_wait_seconds=0.2)


def patient(bus: Bus, patience: Patience, who: str = "tester") -> Consumer:
    connect = partial(connections.consumer, bus.settings, f"groundswell.{bus.name}")
    return Consumer(bus.name, react_as(who, bus.happened), bus.database, connect, bus.dead_letters(), patience)


def partition_of(bus: Bus, thing: str) -> int:
    return next(int(record.partition) for record in bus.records() if record.key == thing.encode())


@pytest.mark.parametrize("together", [False, True])
def test_everything_acts_once_and_in_order(bus: Bus, together: bool) -> None:
    bus.publish([event for thing in "abc" for event in bus.events(thing, range(300))])

    with running(bus.consumer(reactions=react_as("tester", bus.happened, together=together)).run):
        until(lambda: len(bus.acted()) == 900, "all acted")

    for thing in "abc":
        assert bus.acted(thing) == list(range(300))
    assert bus.letters() == []


def test_what_is_delivered_twice_acts_once(bus: Bus) -> None:
    bus.publish(bus.events("a", range(5)))
    for record in bus.records():
        bus.send("a", record.value, record.headers)

    with running(bus.consumer().run):
        until(lambda: bus.handled("seen_before") == 5, "the second delivery is noticed")

    assert bus.acted("a") == [0, 1, 2, 3, 4]


def test_of_a_batch_only_the_bad_one_is_parked(bus: Bus) -> None:
    bus.order("reject", "a", 7)
    bus.publish(bus.events("a", range(20)))

    with running(bus.consumer().run):
        until(lambda: len(bus.acted("a")) == 19, "the others acted")
        (letter,) = until(bus.letters, "the bad one is parked")

    assert bus.acted("a") == [number for number in range(20) if number != 7]
    assert letter.reason == "told to, by [redacted]"
    assert letter.type == "thing.happened"
    assert b'"number":7' in letter.value


def test_what_is_rejected_is_not_tried_again(bus: Bus) -> None:
    tries = []

    def reject(envelope: Envelope, _: Connection) -> None:
        tries.append(envelope.id)
        raise Reject("never")

    bus.publish(bus.events("a", range(1)))

    with running(bus.consumer(reactions=reactions({bus.happened: reject})).run):
        until(bus.letters, "it is parked")

    assert len(tries) == 1


def test_how_long_the_oldest_of_a_batch_had_waited_is_told(bus: Bus) -> None:
    bus.post(bus.events("a", range(1)))
    posted_at = time.monotonic()
    until(lambda: time.monotonic() > posted_at + 0.5, "the first is half a second older")
    bus.publish(bus.events("a", range(1, 3)))

    with running(bus.consumer().run):
        until(lambda: bus.handled("acted") == 3, "all acted")

    assert HANDLED_AGE.labels(bus.name)._sum.get() > 0.5


def test_what_is_skipped_counts_as_handled(bus: Bus) -> None:
    bus.order("skip", "a", 1)
    bus.publish(bus.events("a", range(3)))

    with running(bus.consumer().run):
        until(lambda: bus.handled("acted") == 3, "all are handled")

    assert bus.letters() == []


def test_a_retry_pauses_its_partition_while_others_go_on(bus: Bus) -> None:
    stuck, free, *_ = things_apart(bus)
    bus.order("retry", stuck, 1)
    bus.publish([*bus.events(stuck, range(1, 4)), *bus.events(free, range(1, 4))])

    with running(patient(bus, ENDLESS).run):
        until(lambda: bus.acted(free) == [0, 1, 2, 3], "the other partition goes on")
        lag = CONSUMER_LAG.labels(bus.name, bus.topic, partition_of(bus, stuck))
        until(lambda: lag._value.get() >= 3, "the gauge says what waits")
        assert bus.acted(stuck) == [0]
        bus.take_back(stuck, 1)
        until(lambda: bus.acted(stuck) == [0, 1, 2, 3], "it goes on in order")

    assert bus.letters() == []


def test_what_fails_too_often_is_parked_with_its_reason_and_the_rest_follows(bus: Bus) -> None:
    bus.order("break", "a", 0)
    bus.publish(bus.events("a", range(3)))

    with running(bus.consumer().run):
        until(lambda: bus.acted("a") == [1, 2], "the rest follows")

    (letter,) = bus.letters()
    assert letter.reason == "failed 3 times, last with ItBroke: told to"


GARBAGE: dict[str, tuple[bytes | None, dict[str, bytes | None], str]] = {
    "no JSON": (b"{", {}, "JSONDecodeError"),
    "nothing at all": (None, {}, "JSONDecodeError"),
    "no object": (b"[]", {}, "break the schema"),
    "a field that is missing": (b'{"thing": "a"}', {}, "number"),
    "a field of another kind": (b'{"thing": "a", "number": "three"}', {}, "number"),
    "no id": (b'{"thing": "a", "number": 1}', {"ce_id": None}, "ce_id"),
    "another id": (b'{"thing": "a", "number": 1}', {"ce_id": b"one"}, "ValueError"),
    "no type": (b'{"thing": "a", "number": 1}', {"ce_type": None}, "ce_type"),
    "a time in no zone": (b'{"thing": "a", "number": 1}', {"ce_time": b"2026-11-24T12:00:00"}, "ValueError"),
    "another specification": (b'{"thing": "a", "number": 1}', {"ce_specversion": b"0.3"}, "CloudEvents"),
    "bytes that are no text": (b"\xff\xfe", {"ce_source": b"\xff"}, "JSONDecodeError"),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_what_cannot_be_read_is_parked_and_the_rest_goes_on(bus: Bus, what: str) -> None:
    value, changes, reason = GARBAGE[what]
    bus.publish(bus.events("a", range(1)))
    (good,) = bus.records()
    kept = [(name, text) for name, text in good.headers if name not in (*changes, "ce_id")]
    headers: dict[str, bytes | None] = {**dict(kept), "ce_id": b"01a210bd-bfed-7c5a-befc-38e2fd98eadf", **changes}
    bus.send("a", value, [(name, text) for name, text in headers.items() if text is not None])
    bus.publish(bus.events("a", range(2, 3)))

    with running(bus.consumer().run):
        until(lambda: bus.acted("a") == [0, 2], "the others acted")

    (letter,) = bus.letters()
    assert reason in letter.reason
    assert letter.original_key == b"a"


def test_what_nobody_here_reacts_to_is_passed_over(bus: Bus) -> None:
    bus.publish(bus.events("a", range(1)))
    (record,) = bus.records()
    bus.send("a", b"anything", [*[pair for pair in record.headers if pair[0] != "ce_type"], ("ce_type", b"thing.else")])
    bus.publish(bus.events("a", range(2, 3)))

    with running(bus.consumer().run):
        until(lambda: bus.acted("a") == [0, 2], "the others acted")

    assert bus.letters() == []


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


class Interrupted(Database):
    """A database that is away for as long as it is told."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self.is_away = threading.Event()
        self.asked = threading.Semaphore(0)

    @contextmanager
    def transaction(self) -> Any:
        """A transaction, or the error of a lost connection."""
        self.asked.release()
        if self.is_away.is_set():
            raise OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))
        with super().transaction() as transaction:
            yield transaction


def test_an_outage_of_the_database_is_no_fault_of_the_messages(bus: Bus) -> None:
    """However often it is tried meanwhile; afterwards each still has all its tries."""
    impatient = Patience(attempts=1, first_wait_seconds=0.01, longest_wait_seconds=0.02)
    database = Interrupted(bus.database)
    database.is_away.set()
    connect = partial(connections.consumer, bus.settings, f"groundswell.{bus.name}")
    consumer = Consumer(bus.name, react_as("tester", bus.happened), database, connect, bus.dead_letters(), impatient)
    bus.publish(bus.events("a", range(4)))

    with running(consumer.run):
        for _ in range(5):
            database.asked.acquire()
        database.is_away.clear()
        until(lambda: len(bus.acted("a")) == 4, "all acted")

    assert bus.acted("a") == [0, 1, 2, 3]
    assert bus.letters() == []


def test_connections_that_the_server_drops_are_made_anew(bus: Bus) -> None:
    with running(bus.consumer().run, bus.relay().run):
        for number in range(5):
            events = bus.events("a", range(number * 20, number * 20 + 20))
            until(despite_drops(partial(bus.post, events)), "posted")
            until(despite_drops(partial(drop_all, bus.database)), "dropped")
        until(despite_drops(lambda: len(bus.acted("a")) == 100), "all acted")

    assert bus.acted("a") == list(range(100))
    assert bus.letters() == []


def despite_drops(attempt: Callable[[], Any]) -> Callable[[], bool]:
    """Whether an attempt succeeds; not where its connection, trusted as it was used a moment ago, was dropped."""

    def succeeds() -> bool:
        try:
            return attempt() is not False
        except OperationalError:
            return False

    return succeeds


def drop_all(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_statement_that_postgresql_will_never_take_is_parked_and_not_waited_for(bus: Bus) -> None:
    """psycopg calls some of its refusals operational too, as if the server were away."""

    def overflow(_: Envelope, transaction: Connection) -> None:
        long = "x" * 20_000
        transaction.execute(sa.text("CREATE TEMPORARY TABLE narrow (text text PRIMARY KEY) ON COMMIT DROP"))
        transaction.execute(
            sa.text("INSERT INTO narrow SELECT string_agg(md5(n::text || :long), '') FROM generate_series(1, 1000) n"),
            {"long": long},
        )

    bus.publish(bus.events("a", range(1)))

    with running(bus.consumer(reactions=reactions({bus.happened: overflow})).run):
        (letter,) = until(bus.letters, "it is parked")

    assert "index row" in letter.reason
    assert "xxxx" not in letter.reason


def test_a_worker_may_be_there_before_its_topics(settings: CoreSettings, database: Database) -> None:
    bus = Bus(f"tester-{new_id().hex[-16:]}", settings, database)
    bus.post(bus.events("a", range(5)))

    with running(bus.consumer().run, bus.relay().run):
        until(lambda: OUTBOX_DEPTH.labels(bus.name)._value.get() == 5, "the relay is at it")
        create_topics(settings, [bus.name])
        until(lambda: len(bus.acted("a")) == 5, "all acted")

    assert bus.acted("a") == list(range(5))


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
