"""A bus of its own for each test, on the session's Kafka and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine

from shared.database import BACKBONE_MIGRATIONS, Database, connect, migrate
from shared.settings import CoreSettings
from tests.integration.backbone.bus import Bus, new_bus
from tests.integration.backbone.chunks import NOON
from tests.integration.backbone.tester.service import MIGRATIONS


@pytest.fixture(scope="session")
def tester_server(core_settings: CoreSettings) -> str:
    """The PostgreSQL server with the tester's database on it."""
    migrate(core_settings.database_url, "tester", BACKBONE_MIGRATIONS, MIGRATIONS)
    return core_settings.database_url


@pytest.fixture
def database(tester_server: str) -> Iterator[Database]:
    """The tester's database, emptied."""
    opened = connect(tester_server, "tester")
    with opened.transaction() as transaction:
        transaction.execute(sa.text("TRUNCATE outbox, inbox, jobs, acted, orders RESTART IDENTITY"))
    yield opened
    opened.close()


@pytest.fixture
def settings(core_settings: CoreSettings, kafka: str) -> CoreSettings:
    """Settings with a real broker."""
    return replace(core_settings, kafka=(kafka,))


@pytest.fixture
def bus(settings: CoreSettings, database: Database) -> Bus:
    """A topic, a consumer group and dead letters that nobody else uses."""
    return new_bus(settings, database)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands until it is moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
