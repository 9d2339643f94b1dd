"""The relay: brings a service's posted domain events to Kafka, in order, and removes each after the broker's word.

One relay at a time per service holds an advisory lock; others stand by. It is woken by the database's NOTIFY. A relay
that dies between Kafka's acknowledgement and the removal publishes those rows again; consumers know them by `ce_id`.
A row that Kafka will never take is set aside with the reason, so that it cannot hold up the rest.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

import psycopg
import sqlalchemy as sa
from kafka import KafkaProducer
from kafka.errors import (
    InvalidTopicError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from shared.database import Database, is_away
from shared.domain_events.envelope import Headers, headers_of, topic_of
from shared.observability.logging import logger
from shared.observability.metrics import OUTBOX_AGE, OUTBOX_DEPTH, OUTBOX_REFUSED, PUBLISHED
from shared.observability.tracing import trace_ids

BATCH = 1000
WAIT_SECONDS = 1.0
PAUSE_AFTER_FAILURE_SECONDS = 1.0
# Shorter than the producer's own patience (`delivery_timeout_ms`): a batch that it gives up on would let the batch
# behind it overtake, but all that is not acknowledged when the relay gives up is sent again, in order.
ACKNOWLEDGED_WITHIN_SECONDS = 60
MEASURE_EVERY_SECONDS = 2.0
log = logger("relay")

# Errors that the same message will meet however often it is sent. A topic that does not exist is not among them: it is
# waited for. ValueError is how kafka-python refuses a topic's name.
_REFUSALS = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidTopicError, ValueError)


class Relay:
    """Runs until told to stop; survives a database or a broker that is away. `run` belongs to one thread."""

    def __init__(
        self,
        service: str,
        database: Database,
        producer: Callable[[], KafkaProducer],
        look_every_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._service = service
        self._database = database
        self._make_producer = producer
        # Only for what NOTIFY might have missed; it is woken by that.
        self._look_every_seconds = look_every_seconds
        self._producer: KafkaProducer | None = None
        self._stop = threading.Event()
        self._measured_at = 0.0
        self._batch = BATCH

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set."""
        self._stop = stop
        while not stop.is_set():
            try:
                self._serve()
            except Exception as error:
                if not _will_pass(error):
                    raise
                log.warning("relay interrupted, trying again", service=self._service, error=type(error).__name__)
                self._forget_producer()
                stop.wait(PAUSE_AFTER_FAILURE_SECONDS)
        self._forget_producer()

    def _serve(self) -> None:
        """Stand by until this process gets the service's lock, then publish; the lock goes with the connection."""
        engine = self._database.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                while not self._stop.is_set() and not connection.scalar(_TAKE_LEAD):
                    self._measure(connection)
                    self._stop.wait(WAIT_SECONDS)
                connection.execute(sa.text("LISTEN outbox"))
                while not self._stop.is_set():
                    self._measure(connection)
                    if self.publish_batch(connection) == 0:
                        _wait_for_news(connection, self._look_every_seconds)
            finally:
                # Given back to the pool it would go on holding the lock.
                connection.invalidate()

    def publish_batch(self, connection: sa.Connection) -> int:
        """Publish up to `BATCH` events and remove what is acknowledged; how many were there to publish.

        Raises `KafkaError` where some were not acknowledged; those are published again, by whoever leads next.
        """
        rows = connection.execute(_OLDEST, {"batch": self._batch}).all()
        if not rows:
            return 0
        self._producer = self._producer or self._make_producer()
        outcomes = self._send(self._producer, rows)
        acknowledged = [row for row, error in zip(rows, outcomes, strict=False) if error is None]
        connection.execute(_REMOVE, {"sequences": [row.sequence for row in acknowledged]})
        self._tell(acknowledged)
        if any(isinstance(error, _REFUSALS) for error in outcomes):
            self._narrow_down(connection, rows, outcomes[0])
        else:
            self._batch = min(BATCH, self._batch * 2)
        _raise_what_may_pass(outcomes)
        return len(rows)

    def _tell(self, acknowledged: Sequence[Any]) -> None:
        """One line a batch, by which each of its stories can be followed to here."""
        PUBLISHED.labels(self._service).inc(len(acknowledged))
        if acknowledged:
            stories = trace_ids(row.traceparent for row in acknowledged)
            log.info("published", service=self._service, events=len(acknowledged), trace_ids=stories)

    def _narrow_down(self, connection: sa.Connection, rows: Sequence[Any], first: Exception | None) -> None:
        """Find which message is refused: kafka-python lets all that were sent with it fail with the same error.

        So smaller batches are sent, down to one message; that one is set aside.
        """
        # It is of no more use: it numbers its messages, and misses the one that was refused.
        self._forget_producer()
        if len(rows) > 1:
            self._batch = len(rows) // 2
        else:
            self._set_aside(connection, rows[0], first)

    def _send(self, producer: KafkaProducer, rows: Sequence[Any]) -> list[Exception | None]:
        """Send in order and wait; None for each that is acknowledged. Shorter than `rows` where sending broke off."""
        sent: list[Any] = []
        broken_off: list[Exception | None] = []
        for row in rows:
            try:
                sent.append(producer.send(topic_of(row.aggregatetype), **_message(row)))
            except _REFUSALS as error:
                sent.append(error)
            except KafkaError as error:
                broken_off = [error]
                break
        self._await_acknowledgement(sent)
        return [_outcome(one) for one in sent] + broken_off

    def _await_acknowledgement(self, sent: Sequence[Any]) -> None:
        """Return when all that was sent is settled, when time is up, or soon after the worker is told to stop."""
        give_up_at = time.monotonic() + ACKNOWLEDGED_WITHIN_SECONDS
        for one in sent:
            # Each by itself: `flush` stumbles over a batch that was too large and was split (kafka-python 3.0.12).
            while not isinstance(one, Exception) and not one.is_done:
                with contextlib.suppress(KafkaError):
                    one.get(timeout=WAIT_SECONDS)
                if not one.is_done and (self._stop.is_set() or time.monotonic() > give_up_at):
                    return

    def _set_aside(self, connection: sa.Connection, row: Any, error: Exception | None) -> None:
        reason = type(error).__name__
        connection.execute(_SET_ASIDE, {"sequence": row.sequence, "reason": reason})
        log.error("set aside in the outbox", service=self._service, event_id=str(row.id), type=row.type, reason=reason)

    def _measure(self, connection: sa.Connection) -> None:
        """Set the gauges, whether or not Kafka takes anything just now: that is when they are looked at."""
        if time.monotonic() - self._measured_at < MEASURE_EVERY_SECONDS:
            return
        self._measured_at = time.monotonic()
        depth, age, refused = connection.execute(_DEPTH).one()
        OUTBOX_DEPTH.labels(self._service).set(depth)
        OUTBOX_AGE.labels(self._service).set(age)
        OUTBOX_REFUSED.labels(self._service).set(refused)

    def _forget_producer(self) -> None:
        if self._producer is not None:
            # Whatever it complains of, what is not acknowledged is still in the outbox.
            with contextlib.suppress(KafkaError):
                self._producer.close(timeout=1)
            self._producer = None


def _message(row: Any) -> dict[str, Any]:
    headers: Headers = headers_of(
        str(row.id),
        row.type,
        f"/groundswell/{row.aggregatetype}",
        row.occurred_at.astimezone(UTC).isoformat(),
        row.subject,
        row.traceparent,
    )
    return {"key": row.aggregateid.encode(), "value": row.payload.encode(), "headers": headers}


def _outcome(sent: Any) -> Exception | None:
    """What became of one message, given kafka-python's future for it, or the error it was refused with at once."""
    if isinstance(sent, Exception):
        return sent
    error: Exception | None = sent.exception if sent.is_done else KafkaTimeoutError("not acknowledged in time")
    return error


def _raise_what_may_pass(outcomes: Sequence[Exception | None]) -> None:
    for error in outcomes:
        if error is not None and not isinstance(error, _REFUSALS):
            raise error


def _will_pass(error: Exception) -> bool:
    # What the driver raises while it waits for notifications has not been through SQLAlchemy.
    return isinstance(error, KafkaError | psycopg.OperationalError) or is_away(error)


def _wait_for_news(connection: sa.Connection, seconds: float) -> None:
    """Wait until something is posted, at most for so long; what was told meanwhile is answered by one look."""
    driver: Any = connection.connection.driver_connection
    for _ in driver.notifies(timeout=seconds, stop_after=1):
        pass
    for _ in driver.notifies(timeout=0):
        pass


_TAKE_LEAD = sa.text("SELECT pg_try_advisory_lock(hashtext('groundswell relay'))")
_OLDEST = sa.text(
    "SELECT sequence, id, aggregatetype, aggregateid, type, CAST(payload AS text) AS payload, subject, occurred_at,"
    " traceparent FROM outbox WHERE refused_at IS NULL ORDER BY sequence LIMIT :batch"
)
_REMOVE = sa.text("DELETE FROM outbox WHERE sequence = ANY(:sequences)")
_SET_ASIDE = sa.text("UPDATE outbox SET refused_at = now(), refusal = :reason WHERE sequence = :sequence")
_DEPTH = sa.text(
    "SELECT count(*) FILTER (WHERE refused_at IS NULL),"
    " coalesce(extract(epoch FROM now() - min(occurred_at) FILTER (WHERE refused_at IS NULL)), 0),"
    " count(refused_at) FROM outbox"
)
