"""A bus for one test: a topic, a consumer group and dead letters of its own on the real broker."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import orjson
import sqlalchemy as sa
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import CoordinatorNotAvailableError

from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.dead_letters import DeadLetter, DeadLetters, open_letters
from shared.bus.patience import Patience
from shared.bus.reactions import Reactions
from shared.bus.topics import create_topics
from shared.database import Database
from shared.domain_events.envelope import topic_of
from shared.identifiers import new_id
from shared.observability.metrics import HANDLED
from shared.outbox import post_many
from shared.outbox.relay import Relay
from shared.outbox.tables import outbox
from shared.settings import CoreSettings
from shared.worker.parts import Run
from tests.integration.backbone.tester.language import ThingHappened, posted_by
from tests.integration.backbone.tester.service import react_as
from tests.integration.backbone.tester.tables import acted, orders

# For whatever a busy machine may need; a wait ends as soon as what it waits for is there.
WITHIN_SECONDS = 240.0
# Long enough for a partition to be seen waiting, short enough to get to the end of it.
QUICK = Patience(attempts=3, first_wait_seconds=0.1, longest_wait_seconds=0.5)


def until(holds: Callable[[], Any], what: str) -> Any:
    """Wait until something holds; what it then is."""
    give_up_at = time.monotonic() + WITHIN_SECONDS
    while not (found := holds()):
        assert time.monotonic() < give_up_at, f"never came true: {what}"
        time.sleep(0.02)
    return found


@contextmanager
def running(*runs: Run) -> Iterator[threading.Event]:
    """Run loops on threads until the end of the block, or until they are told to stop."""
    stop = threading.Event()
    threads = [threading.Thread(target=run, args=(stop,), daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join(WITHIN_SECONDS)
        assert not any(thread.is_alive() for thread in threads)


@dataclass(frozen=True)
class Bus:
    """What one test posts to and consumes from."""

    name: str
    settings: CoreSettings
    database: Database

    @cached_property
    def happened(self) -> type[ThingHappened]:
        """The domain event on this bus's topic."""
        return posted_by(self.name)

    @property
    def topic(self) -> str:
        """Where it is published."""
        return topic_of(self.name)

    def events(self, thing: str, numbers: range, **fields: Any) -> list[ThingHappened]:
        """What happened to a thing, in order."""
        return [self.happened(thing=thing, number=number, **fields) for number in numbers]

    def post(self, events: Sequence[ThingHappened]) -> None:
        """Post them in one transaction."""
        with self.database.transaction() as transaction:
            post_many(transaction, events)

    def publish(self, events: Sequence[ThingHappened]) -> None:
        """Post them and have them on Kafka."""
        self.post(events)
        with running(self.relay().run):
            until(lambda: self.waiting() == 0, "the outbox is empty")

    def relay(self) -> Relay:
        """A relay of the outbox."""
        return Relay(self.name, self.database, partial(connections.producer, self.settings))

    def consumer(self, who: str = "tester", reactions: Reactions | None = None) -> Consumer:
        """A member of this bus's consumer group."""
        return Consumer(
            self.name,
            reactions or react_as(who, self.happened),
            self.database,
            partial(connections.consumer, self.settings, f"groundswell.{self.name}"),
            self.dead_letters(),
            QUICK,
        )

    def dead_letters(self) -> DeadLetters:
        """This bus's dead letters, to park in or to settle."""
        return DeadLetters(self.name, partial(_only_producer, self.settings))

    def letters(self) -> list[DeadLetter]:
        """The open dead letters."""
        reader = connections.reader(self.settings)
        try:
            return open_letters(reader, self.name)
        finally:
            reader.close()

    def order(self, order: str, thing: str, number: int) -> None:
        """Tell the tester what to do when a thing happens for that time."""
        with self.database.transaction() as transaction:
            transaction.execute(sa.insert(orders).values(thing=thing, number=number, order=order))

    def take_back(self, thing: str, number: int) -> None:
        """Take an order back."""
        mine = sa.and_(orders.c.thing == thing, orders.c.number == number)
        with self.database.transaction() as transaction:
            transaction.execute(sa.delete(orders).where(mine))

    def acted(self, thing: str | None = None) -> list[int]:
        """The numbers that were acted on, in the order of acting."""
        question = sa.select(acted.c.number).order_by(acted.c.sequence)
        with self.database.transaction() as transaction:
            return list(
                transaction.execute(question if thing is None else question.where(acted.c.thing == thing)).scalars()
            )

    def waiting(self) -> int:
        """How many rows the outbox holds."""
        with self.database.transaction() as transaction:
            return transaction.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one()

    def send(self, key: str, value: bytes | None, headers: Sequence[tuple[str, bytes]]) -> None:
        """Put a message on the topic as it is."""
        producer = connections.producer(self.settings)
        producer.send(self.topic, key=key.encode(), value=value, headers=list(headers)).get(timeout=WITHIN_SECONDS)
        producer.close(timeout=5)

    def handled(self, outcome: str) -> float:
        """How many were handled so far with that outcome, by this process."""
        count: float = HANDLED.labels(self.name, "thing.happened", outcome)._value.get()
        return count

    def committed(self, topic: str | None = None) -> dict[int, int]:
        """The offsets that this bus's consumer group goes on from, by partition of a topic."""
        group = f"groundswell.{self.name}"
        client = connections.admin(self.settings)
        try:
            offsets = client.list_group_offsets({group: None})[group]
        except CoordinatorNotAvailableError:  # nobody has ever joined any group of this broker
            return {}
        finally:
            client.close()
        return {at.partition: one.offset for at, one in offsets.items() if at.topic == (topic or self.topic)}

    def group(self) -> tuple[str, set[str]]:
        """The state of this bus's consumer group, and its members: all that Kafka has not heard to be gone."""
        name = f"groundswell.{self.name}"
        client = connections.admin(self.settings)
        try:
            found = client.describe_groups([name])[name]
        except CoordinatorNotAvailableError:  # nobody has ever joined any group of this broker
            return "Empty", set()
        finally:
            client.close()
        return found["group_state"], {one["member_id"] for one in found["members"]}

    def members(self) -> set[str]:
        """Who shares the partitions; nobody while they change hands."""
        state, members = self.group()
        return members if state == "Stable" else set()

    def records(self, topic: str | None = None) -> list[Any]:
        """Everything that is on a topic, this bus's own by default, in order within each partition."""
        reader = connections.reader(self.settings)
        try:
            return list(_all_of(reader, topic or self.topic))
        finally:
            reader.close()


def new_bus(settings: CoreSettings, database: Database) -> Bus:
    """A bus that nobody has used."""
    bus = Bus(f"tester-{new_id().hex[-16:]}", settings, database)
    create_topics(settings, [bus.name])
    return bus


def things_apart(bus: Bus) -> list[str]:
    """A thing for each partition on which its events travel; they, and others, have happened once, as number 0."""
    bus.publish([event for name in "abcdefghijklmnopqrstuvwxyz" for event in bus.events(name, range(1))])
    return list({record.partition: record.key.decode() for record in bus.records()}.values())


def partition_of(bus: Bus, thing: str) -> int:
    """The partition that all about a thing is on."""
    return next(int(record.partition) for record in bus.records() if record.key == thing.encode())


def numbers_on(records: list[Any], thing: str) -> list[int]:
    """The numbers of what was published about a thing, in their order."""
    return [orjson.loads(record.value)["number"] for record in records if record.key == thing.encode()]


def _all_of(reader: KafkaConsumer, topic: str) -> Iterator[Any]:
    partitions = [TopicPartition(topic, number) for number in sorted(reader.partitions_for_topic(topic) or ())]
    reader.assign(partitions)
    reader.seek_to_beginning(*partitions)
    ends = reader.end_offsets(partitions)
    while any(reader.position(partition) < ends[partition] for partition in partitions):
        for records in reader.poll(timeout_ms=500).values():
            yield from records


_producers: dict[tuple[str, ...], Any] = {}


def _only_producer(settings: CoreSettings) -> Any:
    """One producer for all dead letters of a session."""
    if settings.kafka not in _producers:
        _producers[settings.kafka] = connections.producer(settings)
    return _producers[settings.kafka]
