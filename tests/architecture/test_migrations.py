"""The migrations make exactly the tables that the code declares."""

from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData

from shared.bus.inbox import metadata as inbox
from shared.database import connect
from shared.due_work.tables import metadata as jobs
from shared.outbox.tables import metadata as outbox
from shared.privacy.tables import metadata as vault
from shared.service import Service
from shared.settings import CoreSettings
from tests.architecture.code import services


def differences(settings: CoreSettings, name: str, *declared: MetaData) -> list[object]:
    """What a migration would have to change for the database to be as declared."""
    together = MetaData()
    for metadata in declared:
        for table in metadata.tables.values():
            table.to_metadata(together)
    database = connect(settings.database_url, name)
    try:
        with database.transaction() as transaction:
            options = {"compare_type": True, "compare_server_default": True}
            return list(compare_metadata(MigrationContext.configure(transaction, opts=options), together))
    finally:
        database.close()


@pytest.mark.parametrize("name", sorted(services()))
def test_a_services_tables_are_what_its_migrations_make(
    core_settings: CoreSettings, migrated: Callable[[str], Service], name: str
) -> None:
    service = migrated(name)

    assert differences(core_settings, name, service.tables, outbox, inbox, jobs) == []


def test_the_vaults_table_is_what_its_migration_makes(
    core_settings: CoreSettings, migrated: Callable[[str], Service]
) -> None:
    migrated("signatures")

    assert differences(core_settings, "vault", vault) == []
