"""A service's database is made where it is missing, and an outage is told from a fault."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from shared.database import BACKBONE_MIGRATIONS, Database, connect, database_url, is_away, is_migrated, migrate
from shared.identifiers import new_id
from shared.settings import CoreSettings
from tests.integration.backbone.tester.service import MIGRATIONS


def test_processes_that_migrate_at_once_make_one_database(core_settings: CoreSettings) -> None:
    name = f"once_{new_id().hex}"

    with ThreadPoolExecutor(4) as threads:
        each = [
            threads.submit(migrate, core_settings.database_url, name, BACKBONE_MIGRATIONS, MIGRATIONS) for _ in range(4)
        ]
        for one in each:
            one.result()

    assert is_migrated(core_settings.database_url, name, BACKBONE_MIGRATIONS, MIGRATIONS)
    assert not is_migrated(core_settings.database_url, name, BACKBONE_MIGRATIONS)


def test_a_database_that_answers_is_there(database: Database) -> None:
    assert database.is_there()


def test_a_database_that_does_not_answer_is_away() -> None:
    nowhere = connect("postgresql://groundswell@127.0.0.1:1", "tester")

    assert not nowhere.is_there()
    with pytest.raises(OperationalError) as error, nowhere.transaction():
        pass
    assert is_away(error.value)


def test_a_database_without_a_free_connection_is_away(tester_server: str) -> None:
    engine = sa.create_engine(database_url(tester_server, "tester"), pool_size=1, max_overflow=0, pool_timeout=0.01)
    database = Database(engine)

    with database.transaction():
        assert not database.is_there()
        with pytest.raises(sa.exc.TimeoutError) as error, database.transaction():
            pass

    assert is_away(error.value)
    database.close()


FAULTS = {
    "a row too large for its index": (
        "INSERT INTO orders SELECT string_agg(md5(n::text), ''), 1, '' FROM generate_series(1, 1000) n"
    ),
    "a table that does not exist": "SELECT * FROM nowhere",
    "a value of another kind": "INSERT INTO acted (thing, number, by) VALUES ('a', CAST('x' AS integer), '')",
    "a row that is missing something": "INSERT INTO acted (thing) VALUES ('a')",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_statement_at_fault_is_no_outage(database: Database, fault: str) -> None:
    with pytest.raises(DBAPIError) as error, database.transaction() as transaction:
        transaction.execute(sa.text(FAULTS[fault]))

    assert not is_away(error.value)


OUTAGES = {
    "a connection that was dropped": "SELECT pg_terminate_backend(pg_backend_pid())",
    "a lock that another holds": (
        "DO $$ BEGIN SET LOCAL lock_timeout = '1ms'; PERFORM pg_advisory_xact_lock(1); END $$"
    ),
    "an owner who shuts down": "DO $$ BEGIN RAISE 'stopping' USING ERRCODE = 'admin_shutdown'; END $$",
    "a deadlock": "DO $$ BEGIN RAISE 'deadlock' USING ERRCODE = 'deadlock_detected'; END $$",
    "a disk that is full": "DO $$ BEGIN RAISE 'full' USING ERRCODE = 'disk_full'; END $$",
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_is_worth_waiting_for(database: Database, outage: str) -> None:
    with database.transaction() as holder:
        holder.execute(sa.text("SELECT pg_advisory_xact_lock(1)"))
        with pytest.raises(DBAPIError) as error, database.transaction() as transaction:
            transaction.execute(sa.text(OUTAGES[outage]))

    assert is_away(error.value)


def test_an_error_does_not_repeat_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(DBAPIError) as error, database.transaction() as transaction:
        transaction.execute(sa.text("SELECT CAST(:number AS integer) / 0, :name"), {"number": 1, "name": "Ada Example"})

    assert "Ada Example" not in str(error.value)


def test_a_vanished_worker_is_noticed_within_a_minute(database: Database) -> None:
    """Its locks would keep everybody else from going on."""
    with database.transaction() as transaction:
        settings = {name: transaction.execute(sa.text(f"SHOW {name}")).scalar_one() for name in _TIMEOUTS}

    assert settings == _TIMEOUTS


_TIMEOUTS = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "1min",
    "lock_timeout": "20s",
}
