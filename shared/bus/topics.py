"""The topics there are: one per service, and one of dead letters per consumer."""

from collections.abc import Iterable

from kafka import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError

from shared.bus.connections import admin
from shared.domain_events.envelope import topic_of
from shared.settings import CoreSettings

# Long enough to replay a whole campaign into a service that lost its database.
RETENTION_DAYS = 90


def dead_letters_of(consumer: str) -> str:
    """The topic in which a consumer parks what it cannot handle."""
    return f"groundswell.{consumer}.dead-letters"


def create_topics(settings: CoreSettings, services: Iterable[str]) -> list[str]:
    """Create the topics that are missing; the names of those it created. Raises `KafkaError`."""
    client = admin(settings)
    try:
        existing = set(client.list_topics())
        wanted = {name: options for service in services for name, options in _topics_of(service, settings).items()}
        missing = {name: options for name, options in wanted.items() if name not in existing}
        return [name for name in sorted(missing) if _create(client, name, missing[name])]
    finally:
        client.close()


def _create(client: KafkaAdminClient, name: str, options: dict[str, object]) -> bool:
    try:
        client.create_topics({name: options}, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        # Another process starts at the same moment.
        return False
    return True


def _topics_of(service: str, settings: CoreSettings) -> dict[str, dict[str, object]]:
    enough = str(max(1, settings.kafka_replicas - 1))
    events = {"retention.ms": str(RETENTION_DAYS * 86_400_000), "min.insync.replicas": enough}
    # Compacted: replaying or discarding a dead letter writes an empty message under its key.
    letters = {"cleanup.policy": "compact", "min.insync.replicas": enough}
    return {
        topic_of(service): _topic(settings.kafka_partitions, settings.kafka_replicas, events),
        dead_letters_of(service): _topic(1, settings.kafka_replicas, letters),
    }


def _topic(partitions: int, replicas: int, configs: dict[str, str]) -> dict[str, object]:
    return {"num_partitions": partitions, "replication_factor": replicas, "configs": configs}
