"""A database that is away is no fault of the domain events: they wait for it, and nothing else does."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.patience import Patience
from shared.bus.reactions import reactions
from shared.database import Database
from shared.domain_events.envelope import Envelope
from tests.integration.backbone.bus import Bus, running, until
from tests.integration.backbone.tester.service import react_as


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
