"""Workers of one service come and go, and who is left has all partitions again within ten seconds."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from kafka.admin import ConfigResource
from sqlalchemy import Connection

from shared.bus import connections
from shared.bus.connections import HEARTBEAT_SECONDS, SESSION_SECONDS
from shared.bus.consumer import TURN_SECONDS
from shared.bus.reactions import Reactions, reactions
from shared.bus.topics import create_topics
from shared.database import Database
from shared.domain_events.envelope import Envelope
from shared.settings import CoreSettings
from tests.integration.backbone.bus import Bus, running, things_apart, until
from tests.integration.backbone.processes import environment, install_tester, worker
from tests.integration.backbone.tester.language import ThingHappened

WHOLE_WITHIN_SECONDS = 10.0


def is_at_it_since(database: Database, seconds: float) -> bool:
    """Whether a reaction has been at it for so long."""
    question = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT orders%'"
        " AND xact_start < clock_timestamp() - make_interval(secs => :seconds)"
    )
    with database.transaction() as transaction:
        return bool(transaction.execute(question, {"seconds": seconds}).scalar_one())


def test_what_the_settings_add_up_to_is_less_than_ten_seconds(settings: CoreSettings) -> None:
    """A worker is killed: Kafka notices, the others hear of it, and come back for more from what they are at."""
    with closing(connections.consumer(settings, "groundswell.settings")) as consumer:
        session, heartbeat = consumer.config["session_timeout_ms"], consumer.config["heartbeat_interval_ms"]
        thrown_out = consumer.config["max_poll_interval_ms"]

    assert (session, heartbeat) == (1000 * SESSION_SECONDS, 1000 * HEARTBEAT_SECONDS)
    assert SESSION_SECONDS + HEARTBEAT_SECONDS + TURN_SECONDS < WHOLE_WITHIN_SECONDS
    # A worker is started: partitions are given up in a first round, and taken in a second.
    assert 2 * (HEARTBEAT_SECONDS + TURN_SECONDS) < WHOLE_WITHIN_SECONDS
    # Three heartbeats may be lost, and many turns may take longer than they should.
    assert SESSION_SECONDS > 3 * HEARTBEAT_SECONDS
    assert thrown_out > 60_000 * TURN_SECONDS


def test_our_broker_takes_these_settings_and_waits_for_nobody(settings: CoreSettings) -> None:
    with closing(connections.admin(settings)) as client:
        ((_, broker),) = client.describe_configs([ConfigResource("BROKER", "1")], config_filter="all")["broker"].items()

    assert int(broker["group.min.session.timeout.ms"]["value"]) <= 1000 * SESSION_SECONDS
    assert int(broker["group.initial.rebalance.delay.ms"]["value"]) == 0


def test_a_worker_that_is_told_to_stop_has_left_its_group_when_it_ends(
    settings: CoreSettings, database: Database, tmp_path: Path
) -> None:
    create_topics(settings, ["tester"])
    tester, variables = Bus("tester", settings, database), environment(install_tester(tmp_path), settings)

    with worker(variables, "tester") as staying:
        staying.wait_for("worker ready")
        until(lambda: len(tester.members()) == 1, "the first has joined")
        (first,) = tester.members()
        with worker(variables, "tester") as leaving:
            until(lambda: len(tester.members()) == 2, "both have joined")
            code = leaving.kill(signal.SIGTERM)
            _, left = tester.group()
        things = [f"left {letter}" for letter in "abcdefgh"]
        tester.post([event for thing in things for event in tester.events(thing, range(5))])
        until(lambda: all(tester.acted(thing) == [*range(5)] for thing in things), "the one that stays acts on all")

    assert code == 0
    assert left == {first}


def test_a_long_reaction_costs_a_healthy_worker_nothing(bus: Bus) -> None:
    bus.order("wait", "a", 1)
    bus.publish(bus.events("a", range(3)))

    with running(bus.consumer().run):
        until(lambda: is_at_it_since(bus.database, SESSION_SECONDS + 2 * HEARTBEAT_SECONDS), "it takes long")
        during = bus.members()
        bus.take_back("a", 1)
        until(lambda: sum(bus.committed().values()) == 3, "it is committed")
        after = bus.members()

    assert len(during) == 1
    assert after == during
    assert bus.acted("a") == [0, 1, 2]
    assert bus.handled("seen_before") == 0


class Slow:
    """Reacts to each thing only once its gate is open, and remembers who began with what, and when."""

    def __init__(self, things: Sequence[str]) -> None:
        self._gates = {thing: threading.Event() for thing in things}
        self.begun: list[tuple[str, str, float]] = []

    def as_(self, who: str, event: type[ThingHappened]) -> Reactions:
        """One worker's reactions."""

        def react(envelope: Envelope, transaction: Connection) -> None:
            assert isinstance(envelope.event, ThingHappened)
            self.begun.append((who, envelope.event.thing, time.monotonic()))
            while not self._gates[envelope.event.thing].wait(0.05):
                transaction.execute(sa.text("SELECT 1"))  # or PostgreSQL would end what idles for so long

        return reactions({event: react})

    def begun_by(self, who: str) -> list[str]:
        """What somebody has begun with."""
        return [thing for one, thing, _ in self.begun if one == who]

    def let_pass_after(self, seconds: float) -> None:
        """Open the gate of what was begun last, where that is so long ago."""
        _, thing, at = self.begun[-1]
        if time.monotonic() > at + seconds:
            self._gates[thing].set()

    @contextmanager
    def all_open_afterwards(self) -> Iterator[None]:
        """Let everybody pass at the end of the block, whatever becomes of it."""
        try:
            yield
        finally:
            for gate in self._gates.values():
                gate.set()


def test_a_worker_that_has_read_much_lets_another_join_before_it_has_done_it_all(bus: Bus) -> None:
    """Nobody reads while somebody is to join, so that whoever goes through all they have read would stop everybody."""
    things = things_apart(bus)
    with running(bus.consumer().run):
        until(lambda: sum(bus.committed().values()) == len(bus.records()), "what told them apart is done with")
    slow = Slow(things)
    bus.publish([event for thing in things for event in bus.events(thing, range(1, 2))])

    def have_both_joined() -> bool:
        # Each takes as long as a turn, and there is one for each partition.
        slow.let_pass_after(TURN_SECONDS)
        return len(bus.members()) == 2

    with running(bus.consumer(reactions=slow.as_("first", bus.happened)).run), slow.all_open_afterwards():
        until(lambda: slow.begun, "the first is at one of them")
        with running(bus.consumer(reactions=slow.as_("second", bus.happened)).run), slow.all_open_afterwards():
            until(have_both_joined, "the second has joined")
            before = slow.begun_by("first")
        until(lambda: sum(bus.committed().values()) == len(bus.records()), "all done with")

    assert len(before) < len(things)
    assert Counter(thing for _, thing, _ in slow.begun) == Counter(things)
