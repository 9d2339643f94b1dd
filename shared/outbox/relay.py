"""The relay: brings a service's posted domain events to Kafka, in order, and removes each after the broker's word.

One relay at a time per service holds an advisory lock; others stand by. It is woken by the database's NOTIFY. A relay
that dies between Kafka's acknowledgement and the removal publishes those rows again; consumers know them by `ce_id`.
"""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import sqlalchemy as sa
from kafka import KafkaProducer
from kafka.errors import KafkaError

from shared.database import Database, DatabaseIsAway
from shared.domain_events.envelope import Headers, headers_of, topic_of
from shared.observability.logging import logger
from shared.observability.metrics import OUTBOX_AGE, OUTBOX_DEPTH, PUBLISHED

BATCH = 1000
WAIT_SECONDS = 1.0
PAUSE_AFTER_FAILURE_SECONDS = 1.0
ACKNOWLEDGED_WITHIN_SECONDS = 60
log = logger("relay")


class Relay:
    """Runs until told to stop; survives a database or a broker that is away."""

    def __init__(self, service: str, database: Database, producer: Callable[[], KafkaProducer]) -> None:
        self._service = service
        self._database = database
        self._make_producer = producer
        self._producer: KafkaProducer | None = None

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set."""
        while not stop.is_set():
            try:
                self._lead(stop)
            except (*DatabaseIsAway, psycopg.OperationalError, KafkaError) as error:
                log.warning("relay interrupted, trying again", service=self._service, error=type(error).__name__)
                self._forget_producer()
                stop.wait(PAUSE_AFTER_FAILURE_SECONDS)
        self._forget_producer()

    def _lead(self, stop: threading.Event) -> None:
        """Publish while this process holds the service's relay lock; the lock goes with the connection."""
        engine = self._database.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                if not connection.scalar(_TAKE_LEAD):
                    stop.wait(WAIT_SECONDS)
                    return
                connection.execute(sa.text("LISTEN outbox"))
                while not stop.is_set():
                    if self.publish_batch(connection) == 0:
                        self._measure(connection)
                        _wait_for_news(connection)
            finally:
                # Given back to the pool it would go on holding the lock.
                connection.invalidate()

    def publish_batch(self, connection: sa.Connection) -> int:
        """Publish up to `BATCH` events and remove them once all are acknowledged; how many there were."""
        rows = connection.execute(_OLDEST, {"batch": BATCH}).all()
        if not rows:
            return 0
        producer = self._producer = self._producer or self._make_producer()
        pending = [producer.send(topic_of(row.aggregatetype), **_message(row)) for row in rows]
        producer.flush(timeout=ACKNOWLEDGED_WITHIN_SECONDS)
        for future in pending:
            future.get(timeout=ACKNOWLEDGED_WITHIN_SECONDS)
        connection.execute(_REMOVE, {"sequences": [row.sequence for row in rows]})
        PUBLISHED.labels(self._service).inc(len(rows))
        return len(rows)

    def _measure(self, connection: sa.Connection) -> None:
        depth, age = connection.execute(_DEPTH).one()
        OUTBOX_DEPTH.labels(self._service).set(depth)
        OUTBOX_AGE.labels(self._service).set(age)

    def _forget_producer(self) -> None:
        if self._producer is not None:
            self._producer.close(timeout=1)
            self._producer = None


def _message(row: Any) -> dict[str, Any]:
    headers: Headers = headers_of(
        str(row.id),
        row.type,
        f"/groundswell/{row.aggregatetype}",
        row.occurred_at.isoformat(),
        row.subject,
        row.traceparent,
    )
    return {"key": row.aggregateid.encode(), "value": row.payload.encode(), "headers": headers}


def _wait_for_news(connection: sa.Connection) -> None:
    driver: Any = connection.connection.driver_connection
    for _ in driver.notifies(timeout=WAIT_SECONDS, stop_after=1):
        pass


_TAKE_LEAD = sa.text("SELECT pg_try_advisory_lock(hashtext('groundswell relay'))")
_OLDEST = sa.text(
    "SELECT sequence, id, aggregatetype, aggregateid, type, CAST(payload AS text) AS payload, subject, occurred_at,"
    " traceparent FROM outbox ORDER BY sequence LIMIT :batch"
)
_REMOVE = sa.text("DELETE FROM outbox WHERE sequence = ANY(:sequences)")
_DEPTH = sa.text("SELECT count(*), coalesce(extract(epoch FROM now() - min(occurred_at)), 0) FROM outbox")
