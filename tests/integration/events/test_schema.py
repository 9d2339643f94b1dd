"""The migrations make exactly the tables that the code declares."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from services.events.storage.tables import metadata
from tests.fixtures.services import Fresh

# The backbone's tables have migrations of their own.
OF_THE_BACKBONE = {"outbox", "inbox", "jobs", "alembic_version"}


def test_the_migrations_make_the_tables_that_are_declared(fresh: Fresh) -> None:
    backbone, _ = fresh("events")

    def is_ours(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:
        return not (kind == "table" and name in OF_THE_BACKBONE)

    with backbone.database.transaction() as transaction:
        options = {"include_object": is_ours, "compare_server_default": True}
        found = compare_metadata(MigrationContext.configure(transaction, opts=options), metadata)

    assert found == []
