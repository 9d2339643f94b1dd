"""A service's own PostgreSQL database: its address, its engine, its transactions and its migrations."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import orjson
import psycopg
from psycopg import errors as refusals
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionIsFree

if TYPE_CHECKING:
    from alembic.config import Config

# What every service's database holds beside its own tables: outbox, inbox and jobs.
BACKBONE_MIGRATIONS = Path(__file__).parent / "migrations" / "backbone"
MIGRATION_ENVIRONMENT = Path(__file__).parent / "migrations"

# What is raised when the connection is lost or the server is down; `is_away` tells it from a statement at fault.
DatabaseIsAway = (OperationalError, InterfaceError, NoConnectionIsFree)
# Beginnings of SQLSTATEs that say "not now": connection, idle too long, rolled back, resources, lock, intervention,
# system. The rest of what psycopg calls operational, such as a value too long for an index, is the statement's fault.
_NOT_NOW = ("08", "25P03", "40", "53", "55P03", "57P", "58")

# How long a connection is trusted to be there. One that is lost sooner fails its statement, as in the midst of it.
RESTED_SECONDS = 1.0
_USED_AT = "groundswell.used_at"

# A peer that vanished is noticed within a minute, on either side: half a minute of silence, then three probes.
_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# Until the server notices, it would keep a vanished relay's lock; a stuck transaction would keep its rows'.
_SERVER_OPTIONS = (
    "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
    " -c idle_in_transaction_session_timeout=60s -c lock_timeout=20s"
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


def tables() -> MetaData:
    """The place where one service declares its tables."""
    return MetaData(naming_convention=NAMING)


def database_url(server: str, name: str) -> URL:
    """The address of `groundswell_<name>` on a server, through psycopg 3."""
    return make_url(server).set(drivername="postgresql+psycopg", database=f"groundswell_{name}")


def is_away(error: BaseException) -> bool:
    """Whether an error is nobody's fault but the database's, so that the same statement is worth trying again."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, NoConnectionIsFree)
    if error.connection_invalidated:
        return True
    state: str | None = getattr(error.orig, "sqlstate", None)
    return isinstance(error, DatabaseIsAway) if state is None else state.startswith(_NOT_NOW)


def connect(server: str, name: str, *, connections: int = 10) -> "Database":
    """Open a database by the server's address and the owner's name; connects when first used."""
    engine = create_engine(
        database_url(server, name),
        pool_size=connections,
        max_overflow=connections,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        # An error's text would repeat the values of the statement, into logs and dead letters.
        hide_parameters=True,
        connect_args={
            "application_name": f"groundswell-{name}",
            "connect_timeout": 5,
            "options": _SERVER_OPTIONS,
            **_KEEPALIVE,
        },
    )
    _ping_after_a_rest(engine)
    return Database(engine)


def _ping_after_a_rest(engine: Engine) -> None:
    """Have a connection that was not used for a moment show that it is still one, or be replaced unnoticed.

    As `pool_pre_ping`, but for the rest: where there is no rest, the journeys would be half of all.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is not None and time.monotonic() - used_at > RESTED_SECONDS and not _answers(engine, connection):
            # As all of them are older than the loss of this one, they are all replaced.
            raise InvalidatePoolError


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(connection))
    except psycopg.Error as error:
        if engine.dialect.is_disconnect(cast(Any, error), connection, None):
            return False
        raise


class Database:
    """One service's database. Everything that belongs together happens in one `transaction`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose work is committed at the end, or undone by any error."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction by itself.

        With BEGIN and COMMIT around it, a statement takes three journeys to the server for one.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def is_there(self) -> bool:
        """Whether the server answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DatabaseIsAway:
            return False
        return True

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def migrate(server: str, name: str, *version_folders: Path) -> None:
    """Create the database where it is missing and bring it to the newest version of each folder's migrations."""
    # Only here: Alembic takes an eighth of the start of every process, and few migrate.
    from alembic import command

    _create_if_missing(server, name)
    configuration = _migrations_in(version_folders)
    engine = create_engine(database_url(server, name))
    with engine.begin() as connection:
        # Two migrations at once would race for the version table.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('groundswell migrate'))"))
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "heads")
    engine.dispose()


def is_migrated(server: str, name: str, *version_folders: Path) -> bool:
    """Whether a database is at the newest version of each folder's migrations. Raises `DatabaseIsAway`."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    engine = create_engine(database_url(server, name))
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(present) == set(ScriptDirectory.from_config(_migrations_in(version_folders)).get_heads())


def _migrations_in(version_folders: Sequence[Path]) -> "Config":
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATION_ENVIRONMENT))
    configuration.set_main_option("path_separator", "newline")
    configuration.set_main_option("version_locations", "\n".join(str(folder) for folder in version_folders))
    return configuration


def _create_if_missing(server: str, name: str) -> None:
    url = database_url(server, name)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": url.database})
        if known.scalar() is None:
            _create(connection, str(url.database))
    engine.dispose()


def _create(connection: Connection, name: str) -> None:
    quoted: Any = connection.dialect.identifier_preparer.quote_identifier(name)
    try:
        connection.execute(text(f"CREATE DATABASE {quoted}"))
    except (ProgrammingError, IntegrityError) as error:
        # Somebody who migrates at the same moment was faster.
        if not isinstance(error.orig, refusals.DuplicateDatabase | refusals.UniqueViolation):
            raise
