"""The consumer loop: every domain event acts exactly once, a failing one never blocks the others for good.

A batch of one partition is handled in one transaction together with its inbox rows, and its offset is committed after.
Where the batch fails, its events are taken one by one: one that says `Reject`, or that has failed too often, is parked
in dead letters; one that says `Retry` (or simply raises) pauses its partition for a while and is tried again.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError

from shared.bus.dead_letters import DeadLetters, is_replay_for_another
from shared.bus.outcomes import Reject, Retry
from shared.bus.reactions import Reactions
from shared.database import Database, DatabaseIsAway
from shared.domain_events.envelope import Envelope, EventIsUnreadable, read_envelope
from shared.observability.logging import logger
from shared.observability.metrics import CONSUMER_LAG, HANDLED, HANDLER_SECONDS

POLL_MILLISECONDS = 500
FIRST_BACKOFF_SECONDS = 0.2
LONGEST_BACKOFF_SECONDS = 30.0
ATTEMPTS = 12
LAG_EVERY_SECONDS = 5.0
log = logger("consumer")


@dataclass
class _Paused:
    """A partition that waits for another try of the message at its head."""

    until: float
    offset: int
    attempts: int


@dataclass(frozen=True)
class Message:
    """A Kafka record with what could be read of it: an envelope, a reason why not, or neither (not ours)."""

    record: Any
    envelope: Envelope | None
    unreadable: str | None


class Consumer:
    """One service's consumer. `run` belongs to one thread."""

    def __init__(
        self,
        service: str,
        reactions: Reactions,
        database: Database,
        connect: Callable[[], KafkaConsumer],
        dead_letters: DeadLetters,
    ) -> None:
        self._service = service
        self._reactions = reactions
        self._known = reactions.known
        self._database = database
        self._connect = connect
        self._dead_letters = dead_letters
        self._paused: dict[TopicPartition, _Paused] = {}
        self._lag_measured_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Consume until `stop` is set; a broker or a database that is away is waited for."""
        while not stop.is_set():
            consumer = None
            try:
                consumer = self._connect()
                consumer.subscribe(self._reactions.topics)
                while not stop.is_set():
                    self.turn(consumer)
            except KafkaError as error:
                log.warning("consumer interrupted, joining again", service=self._service, error=type(error).__name__)
                stop.wait(1.0)
            finally:
                self._paused.clear()
                if consumer is not None:
                    consumer.close(autocommit=False)

    def turn(self, consumer: KafkaConsumer) -> None:
        """Take what is there, act on it, commit."""
        self._resume(consumer)
        for partition, records in consumer.poll(timeout_ms=POLL_MILLISECONDS).items():
            done = self._take(consumer, partition, records)
            if done is not None:
                consumer.commit({partition: OffsetAndMetadata(done + 1, "", -1)})
        self._measure_lag(consumer)

    def _take(self, consumer: KafkaConsumer, partition: TopicPartition, records: Sequence[Any]) -> int | None:
        """Handle a partition's records; the offset of the last one that is done with, None where the first is not."""
        messages = [self._read(record) for record in records]
        try:
            if all(message.unreadable is None for message in messages):
                self._act(messages)
                return int(records[-1].offset)
        except DatabaseIsAway as error:
            self._pause(consumer, partition, records[0].offset, error)
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is found by taking them one by one
            log.info("batch failed, taking its events one by one", service=self._service, error=type(error).__name__)
        return self._take_one_by_one(consumer, partition, messages)

    def _take_one_by_one(
        self, consumer: KafkaConsumer, partition: TopicPartition, messages: Sequence[Message]
    ) -> int | None:
        done = None
        for message in messages:
            offset = int(message.record.offset)
            try:
                self._act_or_park(partition, message)
            except Exception as error:  # noqa: BLE001 - a reaction may raise anything; it is retried, then parked
                self._pause(consumer, partition, offset, error)
                return done
            done = offset
            self._paused.pop(partition, None)
        return done

    def _act_or_park(self, partition: TopicPartition, message: Message) -> None:
        """Act on one message, or park it where that cannot help; raises where it is to be tried again."""
        if message.unreadable is not None:
            self._park(message, message.unreadable)
            return
        try:
            self._act([message])
        except Reject as reason:
            self._park(message, str(reason))
        except DatabaseIsAway:
            raise
        except Exception as error:
            waiting = self._paused.get(partition)
            if waiting is None or waiting.offset != message.record.offset or waiting.attempts < ATTEMPTS:
                raise
            self._park(message, f"failed {waiting.attempts} times, last with {type(error).__name__}: {error}")

    def _read(self, record: Any) -> Message:
        if is_replay_for_another(record.headers, self._service):
            return Message(record, None, None)
        try:
            return Message(record, read_envelope(record.headers, record.value, self._known), None)
        except EventIsUnreadable as reason:
            return Message(record, None, str(reason))

    def _act(self, messages: Sequence[Message]) -> None:
        """React to the messages that are new, in one transaction with the memory of them."""
        envelopes = [message.envelope for message in messages if message.envelope]
        if not envelopes:
            return
        with HANDLER_SECONDS.labels(self._service).time(), self._database.transaction() as transaction:
            fresh = self._remember(transaction, envelopes)
            self._reactions.act(fresh, transaction)
        for envelope in envelopes:
            outcome = "acted" if envelope in fresh else "seen_before"
            HANDLED.labels(self._service, envelope.type, outcome).inc()

    def _remember(self, transaction: sa.Connection, envelopes: Sequence[Envelope]) -> list[Envelope]:
        """Insert the inbox rows; the envelopes that had none, each once."""
        unique = {envelope.id: envelope for envelope in envelopes}
        new = transaction.execute(_REMEMBER, {"consumer": self._service, "ids": list(unique)}).scalars()
        fresh = set(new)
        return [envelope for id_, envelope in unique.items() if id_ in fresh]

    def _park(self, message: Message, reason: str) -> None:
        self._dead_letters.park(message.record, reason)
        type_ = message.envelope.type if message.envelope else "unreadable"
        HANDLED.labels(self._service, type_, "parked").inc()
        log.error("parked in dead letters", service=self._service, event_type=type_, reason=reason)

    def _pause(self, consumer: KafkaConsumer, partition: TopicPartition, offset: int, error: Exception) -> None:
        """Stop reading one partition for a while and go back to the message that failed."""
        before = self._paused.get(partition)
        attempts = before.attempts + 1 if before and before.offset == offset else 1
        wait = min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2**attempts) * random.uniform(0.5, 1.0)  # noqa: S311
        self._paused[partition] = _Paused(time.monotonic() + wait, offset, attempts)
        consumer.seek(partition, offset)
        consumer.pause(partition)
        log.warning(
            "will try again",
            service=self._service,
            partition=f"{partition.topic}/{partition.partition}",
            offset=offset,
            attempts=attempts,
            wanted=isinstance(error, Retry),
            error=f"{type(error).__name__}: {error}",
        )

    def _resume(self, consumer: KafkaConsumer) -> None:
        assigned = consumer.assignment()
        for partition in [one for one in self._paused if one not in assigned]:
            del self._paused[partition]
        due = [
            one for one in consumer.paused() if one not in self._paused or self._paused[one].until <= time.monotonic()
        ]
        if due:
            consumer.resume(*due)

    def _measure_lag(self, consumer: KafkaConsumer) -> None:
        if time.monotonic() - self._lag_measured_at < LAG_EVERY_SECONDS:
            return
        self._lag_measured_at = time.monotonic()
        for partition in consumer.assignment():
            end = consumer.highwater(partition)
            if end is not None:
                lag = max(0, end - consumer.position(partition))
                CONSUMER_LAG.labels(self._service, partition.topic, partition.partition).set(lag)


_REMEMBER = sa.text(
    "INSERT INTO inbox (consumer, event_id) SELECT :consumer, id FROM unnest(CAST(:ids AS uuid[])) AS id"
    " ON CONFLICT DO NOTHING RETURNING event_id"
)
