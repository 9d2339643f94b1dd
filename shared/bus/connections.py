"""How Groundswell connects to Kafka: one place for addresses, credentials and what each client must promise.

A producer must be made in the process that uses it, after any fork.
"""

from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from shared.settings import CoreSettings

POLL_RECORDS = 500
# Of whom nothing is heard for so long has died, and others get the partitions. Brokers take no less unless told to.
SESSION_SECONDS = 6.0
# How soon a member hears that partitions change hands; it is heard of so often however long a batch takes.
HEARTBEAT_SECONDS = 1.0


def producer(settings: CoreSettings) -> KafkaProducer:
    """A producer whose word counts: every in-sync replica has it, in order, once."""
    return KafkaProducer(
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        batch_size=128 * 1024,
        max_block_ms=10_000,
        delivery_timeout_ms=120_000,
        bootstrap_timeout_ms=10_000,
        metrics_enabled=False,
        allow_auto_create_topics=False,
        **_connection(settings),
    )


def consumer(settings: CoreSettings, group: str) -> KafkaConsumer:
    """A member of a consumer group that keeps its partitions through a rebalance and commits by hand."""
    return KafkaConsumer(
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=[CooperativeStickyAssignor()],
        max_poll_records=POLL_RECORDS,
        session_timeout_ms=int(1000 * SESSION_SECONDS),
        heartbeat_interval_ms=int(1000 * HEARTBEAT_SECONDS),
        bootstrap_timeout_ms=10_000,
        metrics_enabled=False,
        allow_auto_create_topics=False,
        **_connection(settings),
    )


def reader(settings: CoreSettings) -> KafkaConsumer:
    """A consumer of no group, for looking at topics by hand."""
    return KafkaConsumer(
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        bootstrap_timeout_ms=10_000,
        allow_auto_create_topics=False,
        **_connection(settings),
    )


def admin(settings: CoreSettings) -> KafkaAdminClient:
    """A client that creates and describes topics."""
    return KafkaAdminClient(bootstrap_timeout_ms=10_000, **_connection(settings))


def _connection(settings: CoreSettings) -> dict[str, Any]:
    plain: dict[str, Any] = {"bootstrap_servers": list(settings.kafka), "security_protocol": settings.kafka_security}
    if settings.kafka_ca_file:
        plain["ssl_cafile"] = settings.kafka_ca_file
    if not settings.kafka_security.startswith("SASL"):
        return plain
    return plain | {
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_username,
        "sasl_plain_password": settings.kafka_password,
    }
