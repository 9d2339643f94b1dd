"""The consumer loop: every domain event acts exactly once, a failing one never blocks the others for good.

A batch of one partition is handled in one transaction together with its inbox rows, and its offset is committed after.
Where the batch fails, its events are taken one by one: one that says `Reject`, or that has failed too often, is parked
in dead letters; one that says `Retry` (or simply raises) pauses its partition for a while and is tried again.

Exactly once is the inbox's doing, not the offsets': a batch may be read again after a crash, a rebalance or a commit
that failed, and then it changes nothing. So a commit that fails is no error; its offsets go with the next one.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError

from shared.bus.dead_letters import DeadLetters
from shared.bus.handling import Handling, Message
from shared.bus.outcomes import Reject, Retry
from shared.bus.patience import Patience, Waiting, wait_once_more
from shared.bus.reactions import Reactions
from shared.database import Database, is_away
from shared.observability.logging import logger
from shared.observability.metrics import CONSUMER_LAG, HANDLED

POLL_MILLISECONDS = 500
REQUEST_MILLISECONDS = 5_000
LAG_EVERY_SECONDS = 5.0
# Partitions change hands only once every member has come back for more, and until then nobody reads any. One that does
# not come back at all is thrown out after Kafka's `max.poll.interval.ms`, 5 minutes.
TURN_SECONDS = 2.0
PATIENCE = Patience()
log = logger("consumer")


class Consumer:
    """One service's consumer. `run` belongs to one thread."""

    def __init__(
        self,
        service: str,
        reactions: Reactions,
        database: Database,
        connect: Callable[[], KafkaConsumer],
        dead_letters: DeadLetters,
        patience: Patience = PATIENCE,
    ) -> None:
        self._service = service
        self._topics = reactions.topics
        self._handling = Handling(service, reactions, database)
        self._connect = connect
        self._dead_letters = dead_letters
        self._patience = patience
        self._stop = threading.Event()
        self._waiting: dict[TopicPartition, Waiting] = {}
        # The offsets to go on from that are not committed yet.
        self._done: dict[TopicPartition, int] = {}
        self._lag_measured_at = 0.0
        self._turn_ends_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Consume until `stop` is set; a broker or a database that is away is waited for."""
        self._stop = stop
        while not stop.is_set():
            consumer = None
            try:
                consumer = self._connect()
                consumer.subscribe(self._topics, listener=_Forgetting(self.forget))
                while not stop.is_set():
                    self.turn(consumer)
            except KafkaError as error:
                log.warning("consumer interrupted, joining again", service=self._service, error=type(error).__name__)
                stop.wait(1.0)
            finally:
                if consumer is not None:
                    self._leave(consumer)

    def turn(self, consumer: KafkaConsumer) -> None:
        """Take what is there, act on it, commit."""
        self._resume(consumer)
        polled = consumer.poll(timeout_ms=POLL_MILLISECONDS)
        self._turn_ends_at = time.monotonic() + TURN_SECONDS
        for partition, records in polled.items():
            next_offset = self._take(consumer, partition, records)
            if next_offset is not None:
                self._done[partition] = next_offset
        self._commit(consumer)
        self._measure_lag(consumer)

    def forget(self, partitions: Collection[TopicPartition]) -> None:
        """Drop what was known of partitions that are another's now: they may come back at any other offset."""
        for partition in partitions:
            self._waiting.pop(partition, None)
            self._done.pop(partition, None)
            with contextlib.suppress(KeyError):
                CONSUMER_LAG.remove(self._service, partition.topic, str(partition.partition))

    def _take(self, consumer: KafkaConsumer, partition: TopicPartition, records: Sequence[Any]) -> int | None:
        """Handle a partition's records; the offset to go on from, None where not even the first is done with."""
        if self._must_break_off():
            consumer.seek(partition, records[0].offset)
            return None
        messages = [self._handling.read(record) for record in records]
        if len(messages) > 1 and all(message.unreadable is None for message in messages):
            try:
                self._handling.act(messages)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is found by taking them one by one
                if is_away(error):
                    self._pause(consumer, partition, messages[0].offset, error)
                    return None
                log.info("batch failed, taking it one by one", service=self._service, error=type(error).__name__)
            else:
                self._waiting.pop(partition, None)
                return messages[-1].offset + 1
        return self._take_one_by_one(consumer, partition, messages)

    def _take_one_by_one(
        self, consumer: KafkaConsumer, partition: TopicPartition, messages: Sequence[Message]
    ) -> int | None:
        done = None
        for message in messages:
            if self._must_break_off():
                consumer.seek(partition, message.offset)
                return done
            try:
                self._act_or_park(partition, message)
            except Exception as error:  # noqa: BLE001 - a reaction may raise anything; it is retried, then parked
                self._pause(consumer, partition, message.offset, error)
                return done
            done = message.offset + 1
            self._waiting.pop(partition, None)
        return done

    def _must_break_off(self) -> bool:
        """Whether the rest of what was read has to be read again, later or by another."""
        return self._stop.is_set() or time.monotonic() > self._turn_ends_at

    def _act_or_park(self, partition: TopicPartition, message: Message) -> None:
        """Act on one message, or park it where that cannot help; raises where it is to be tried again."""
        if message.unreadable is not None:
            self._park(message, message.unreadable)
            return
        try:
            self._handling.act([message])
        except Reject as reason:
            self._park(message, str(reason))
        except Exception as error:
            failures = self._failures(partition, message.offset) + 1
            if is_away(error) or failures < self._patience.attempts:
                raise
            self._park(message, f"failed {failures} times, last with {type(error).__name__}: {error}")

    def _failures(self, partition: TopicPartition, offset: int) -> int:
        waiting = self._waiting.get(partition)
        return waiting.failures if waiting and waiting.offset == offset else 0

    def _park(self, message: Message, reason: str) -> None:
        self._dead_letters.park(message.record, reason)
        HANDLED.labels(self._service, message.type, "parked").inc()
        log.error("parked in dead letters", service=self._service, event_type=message.type, reason=reason)

    def _pause(self, consumer: KafkaConsumer, partition: TopicPartition, offset: int, error: Exception) -> None:
        """Stop reading one partition for a while and go back to the message that failed."""
        blameless = is_away(error) or isinstance(error, KafkaError)
        waiting = wait_once_more(self._waiting.get(partition), offset, self._patience, blameless=blameless)
        self._waiting[partition] = waiting
        consumer.seek(partition, offset)
        consumer.pause(partition)
        log.warning(
            "will try again",
            service=self._service,
            partition=f"{partition.topic}/{partition.partition}",
            offset=offset,
            tries=waiting.tries,
            wanted=isinstance(error, Retry),
            error=f"{type(error).__name__}: {error}",
        )

    def _resume(self, consumer: KafkaConsumer) -> None:
        still = {partition for partition, waiting in self._waiting.items() if not waiting.is_over}
        due = consumer.paused() - still
        if due:
            consumer.resume(*due)

    def _commit(self, consumer: KafkaConsumer) -> None:
        if not self._done:
            return
        offsets = {partition: OffsetAndMetadata(offset, "", -1) for partition, offset in self._done.items()}
        try:
            consumer.commit(offsets, timeout_ms=REQUEST_MILLISECONDS)
        except KafkaError as error:
            log.info("offsets will be committed later", service=self._service, error=type(error).__name__)
        else:
            self._done.clear()

    def _leave(self, consumer: KafkaConsumer) -> None:
        """Hand over at once, with all that is done committed, rather than let the group find out by silence."""
        self._commit(consumer)
        self.forget(consumer.assignment())
        self._waiting.clear()
        self._done.clear()
        with contextlib.suppress(KafkaError):
            consumer.close(autocommit=False, timeout_ms=REQUEST_MILLISECONDS)

    def _measure_lag(self, consumer: KafkaConsumer) -> None:
        if time.monotonic() - self._lag_measured_at < LAG_EVERY_SECONDS or not consumer.assignment():
            return
        self._lag_measured_at = time.monotonic()
        with contextlib.suppress(KafkaError):
            # Asked for, as a paused partition is not told its end while it is not read.
            ends = consumer.end_offsets(list(consumer.assignment()), timeout_ms=REQUEST_MILLISECONDS)
            for partition, end in ends.items():
                position = consumer.position(partition, timeout_ms=REQUEST_MILLISECONDS)
                if position is not None:
                    lag = CONSUMER_LAG.labels(self._service, partition.topic, partition.partition)
                    lag.set(max(0, end - position))


class _Forgetting(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells the loop which partitions it no longer has; called while it waits in `poll`."""

    def __init__(self, forget: Callable[[Collection[TopicPartition]], None]) -> None:
        self._forget = forget

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Another member takes them over."""
        self._forget(revoked)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """They begin at their committed offset; there is nothing to do."""

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        """They were taken while this member was not heard of."""
        self._forget(lost)
