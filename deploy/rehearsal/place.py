"""Where a rehearsal takes place: a stack that runs already, or one of its own that is gone afterwards."""

import os
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from deploy.local.data_folder import DataFolder, running_on
from deploy.local.ports import free_ports
from deploy.local.running import Stack, Wishes
from deploy.local.settings import SANDBOX_URL, settings_in
from deploy.local.stack import as_module
from deploy.local.trouble import CannotStart
from shared.installed import service_names

NEXT_PERSON = "rehearsed-people"
# The first of them live in the demo.
DEMO_PEOPLE = 48
VENDORS = ("GROUNDSWELL_TWILIO_URL", "GROUNDSWELL_SENDGRID_URL", "GROUNDSWELL_REPRESENT_URL")
SPECS = "SANDBOX_CHECK_SPECS"
OURS = ("GROUNDSWELL_", "LOCAL_", "SANDBOX_", "PROMETHEUS_")


@dataclass(frozen=True)
class Place:
    """A running stack: its settings, and the folder that holds its data and logs."""

    settings: Mapping[str, str]
    folder: DataFolder

    @property
    def public_url(self) -> str:
        """Where supporters and organizers go."""
        return self.settings["GROUNDSWELL_PUBLIC_URL"]

    @property
    def sandbox_url(self) -> str:
        """The vendors' stand-in."""
        return self.settings[SANDBOX_URL]

    @property
    def brokers(self) -> list[str]:
        """Kafka."""
        return self.settings["GROUNDSWELL_KAFKA"].split(",")

    @property
    def services(self) -> list[str]:
        """Every service that is installed."""
        return list(service_names())

    def logs(self) -> list[Path]:
        """A log per process."""
        return sorted(self.folder.logs.glob("*.log"))

    @contextmanager
    def keeping_logs(self, target: Path | None) -> Iterator[None]:
        """At the end of the block, however it ends, copy the logs for who looks into it."""
        try:
            yield
        finally:
            if target:
                shutil.copytree(self.folder.logs, target, dirs_exist_ok=True)

    def take_people(self, count: int) -> int:
        """The first number of that many invented people whom no earlier rehearsal here has used."""
        path = self.folder.path / NEXT_PERSON
        first = int(path.read_text()) if path.exists() else DEMO_PEOPLE
        path.write_text(str(first + count))
        return first

    def add_organizer(self) -> tuple[str, str]:
        """Make an account for the rehearsal, as an operator does; its address and password."""
        email, password = f"rehearsal-{secrets.token_hex(4)}@example.org", secrets.token_urlsafe(24)
        self._groundswell(
            "organizer", "add", "--email", email, "--name", "Rehearsal", "--password-stdin", given=password
        )
        return email, password

    def remove_organizer(self, email: str) -> None:
        """Take the account away again."""
        self._groundswell("organizer", "remove", "--email", email)

    def _groundswell(self, *arguments: str, given: str = "") -> None:
        command = as_module("shared.command_line", *arguments)
        environment = {**os.environ, **self.settings}
        done = subprocess.run(command, env=environment, input=given + "\n", text=True, capture_output=True, check=False)
        if done.returncode:
            raise CannotStart(f"groundswell {' '.join(arguments[:2])}: {done.stderr.strip()[-300:]}")


@contextmanager
def place(data: Path) -> Iterator[Place]:
    """The stack that runs on a data folder, or else one of its own. Raises `CannotStart`."""
    folder = DataFolder(data.absolute())
    if running_on(folder) is not None:
        yield Place(_settings_of(folder), folder)
        return
    temporary = tempfile.TemporaryDirectory(prefix="groundswell-rehearsal-", ignore_cleanup_errors=True)
    with temporary as name, own_stack(Path(name)) as started:
        yield started


@contextmanager
def own_stack(path: Path) -> Iterator[Place]:
    """Run a stack in a folder until the end of the block. Raises `CannotStart`."""
    # As root, PostgreSQL's own account passes through here.
    path.chmod(0o711)
    folder = DataFolder(path / "data")
    ready, stop = threading.Event(), threading.Event()
    wishes = Wishes(folder.path, _environment(), when_ready=lambda _plan, _seconds: ready.set())
    with _forgotten_afterwards(folder), (path / "one.log").open("w") as log, ThreadPoolExecutor(1) as thread:
        # The programs are leashed to the thread that starts them, so it is this one that runs the stack to its end.
        running = thread.submit(_run, wishes, log, ready, stop)
        try:
            ready.wait()
            if running.done():
                running.result()
            yield Place(settings_in(folder.settings), folder)
        finally:
            stop.set()


def _settings_of(folder: DataFolder) -> dict[str, str]:
    """The settings of a stack that runs. Raises `CannotStart` where real people would hear of a rehearsal on it."""
    ours = {name: value for name, value in os.environ.items() if name.startswith(OURS)}
    settings = {**settings_in(folder.settings), **ours}
    real = [name for name in VENDORS if settings.get(name) != settings.get(SANDBOX_URL)]
    if real:
        raise CannotStart(f"nothing is rehearsed on this stack: {', '.join(real)} does not lead to the sandbox")
    return settings


def _environment() -> dict[str, str]:
    """What a stack of our own gets: none of the settings around us, but the folder of the vendors' own files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS) or name == SPECS}
    return kept | free_ports().as_settings()


@contextmanager
def _forgotten_afterwards(folder: DataFolder) -> Iterator[None]:
    """Delete what is in a data folder, also what is elsewhere because root keeps the folder in a closed place."""
    try:
        yield
    finally:
        folder.forget()


def _run(wishes: Wishes, log: TextIO, ready: threading.Event, stop: threading.Event) -> None:
    try:
        Stack(wishes, log).run(stop)
    finally:
        ready.set()
