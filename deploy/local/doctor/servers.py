"""Whether PostgreSQL and Kafka are reachable, and hold what the services need."""

from collections.abc import Iterator
from pathlib import Path

from kafka.errors import KafkaError

from deploy.local import postgres
from deploy.local.doctor.finding import Finding, Patient, services_that_load, well, wrong
from deploy.local.doctor.settings import environment_of
from deploy.local.readiness import accepts_connections
from shared.bus import connections
from shared.bus.topics import dead_letters_of
from shared.database import BACKBONE_MIGRATIONS, DatabaseIsAway, is_migrated
from shared.domain_events.envelope import topic_of
from shared.installed import service_names
from shared.privacy import MIGRATIONS as VAULT_MIGRATIONS
from shared.settings import CoreSettings, SettingsAreWrong, host_and_port, load

MIGRATE = "run `groundswell migrate`"


def look_at_database(patient: Patient) -> Iterator[Finding]:
    """The server, then each database on it."""
    settings = _core_settings(patient)
    if settings is None:
        return
    if not postgres.is_ready(settings.database_url):
        yield wrong("PostgreSQL", "it does not answer at GROUNDSWELL_DATABASE_URL", patient.start_it)
        return
    yield well("PostgreSQL", "it answers")
    yield _database(settings.database_url, "vault", VAULT_MIGRATIONS)
    for service in services_that_load():
        yield _database(settings.database_url, service.name, BACKBONE_MIGRATIONS, service.migrations)


def look_at_kafka(patient: Patient) -> Iterator[Finding]:
    """A broker, and the topics."""
    settings = _core_settings(patient)
    if settings is None:
        return
    if not any(accepts_connections(*host_and_port(broker)) for broker in settings.kafka):
        yield wrong("Kafka", "no broker answers at GROUNDSWELL_KAFKA", patient.start_it)
        return
    try:
        there = _topics(settings)
    except KafkaError as error:
        yield wrong("Kafka", f"it does not answer as it should ({type(error).__name__})", patient.start_it)
        return
    yield well("Kafka", "it answers")
    missing = sorted({topic for name in service_names() for topic in (topic_of(name), dead_letters_of(name))} - there)
    if missing:
        yield wrong("topics", f"missing: {', '.join(missing)}", "run `groundswell topics`")
    else:
        yield well("topics", "all are there")


def _core_settings(patient: Patient) -> CoreSettings | None:
    """The settings, unless they are wrong, which has been found already."""
    with environment_of(patient.settings):
        try:
            return load(CoreSettings)
        except SettingsAreWrong:
            return None


def _database(server: str, name: str, *version_folders: Path) -> Finding:
    part = f"database groundswell_{name}"
    try:
        current = is_migrated(server, name, *version_folders)
    except DatabaseIsAway:
        return wrong(part, "it is not there", MIGRATE)
    return well(part, "up to date") if current else wrong(part, "it is not up to date", MIGRATE)


def _topics(settings: CoreSettings) -> set[str]:
    client = connections.admin(settings)
    try:
        return set(client.list_topics())
    finally:
        client.close()
