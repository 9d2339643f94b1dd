"""What is measured runs here: a real PostgreSQL and a real Kafka of the bench's own, and processes of the product."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local import jars, kafka, postgres
from deploy.local.data_folder import DataFolder
from deploy.local.ports import HOST, free_ports
from deploy.local.readiness import status_of
from deploy.local.stack import POSTGRES_OPTIONS
from deploy.local.supervisor import Supervisor
from shared.bus.topics import create_topics
from shared.database import BACKBONE_MIGRATIONS, migrate
from shared.installed import service_names
from shared.privacy import MIGRATIONS as VAULT_MIGRATIONS
from shared.service import service_named
from shared.settings import CoreSettings, load
from tests.fixtures.services import random_settings

READY_WITHIN_SECONDS = 60.0
OURS = ("GROUNDSWELL_", "LOCAL_", "SANDBOX_", "PROMETHEUS_")


@dataclass(frozen=True)
class Served:
    """A process of ours that answers on a port."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    def family(self) -> list[psutil.Process]:
        """The process and its workers."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


@dataclass(frozen=True)
class Machine:
    """The real components, migrated and empty, and the settings to reach them."""

    settings: CoreSettings
    folder: Path
    components: Supervisor

    @contextlib.contextmanager
    def run(
        self, name: str, *command: str, settings: Mapping[str, str] | None = None, ready: str = "/readyz"
    ) -> Iterator[Served]:
        """Run a Python module on a free port until the end of the block; `{port}` in the command is replaced."""
        port = free_ports().web
        filled = [part.format(port=port) for part in command]
        environment = {**os.environ, **(settings or {})}
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", *filled], env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: process.poll() is not None or status_of(port, ready) == 200)
            if process.poll() is not None:
                raise SystemExit(f"{name} did not start: {tail(self.folder / f'{name}.log')}")
            yield Served(process, port)
        finally:
            process.terminate()
            process.wait(30)

    @contextlib.contextmanager
    def web(self, service: str, settings: Mapping[str, str] | None = None) -> Iterator[Served]:
        """The web process of one service, with two workers, as it runs in production."""
        command = ("shared.command_line", "web", service, "--bind", f"{HOST}:{{port}}", "--workers", "2")
        with self.run(f"web-{service}", *command, settings=settings) as served:
            yield served

    @contextlib.contextmanager
    def worker(self, service: str, settings: Mapping[str, str] | None = None) -> Iterator[Served]:
        """The worker of one service, with all its parts, as it runs in production."""
        command = ("shared.command_line", "worker", service, "--metrics-port", "{port}")
        with self.run(f"worker-{service}", *command, settings=settings) as served:
            yield served

    @contextlib.contextmanager
    def bare(self) -> Iterator[Served]:
        """Flask and nothing else, under gunicorn's stock threads."""
        threads = ("--worker-class", "gthread", "--workers", "2", "--threads", "16")
        with self.run("bare", "gunicorn", *threads, "--bind", f"{HOST}:{{port}}", "tests.load.bare:app") as served:
            yield served

    def database_processes(self) -> list[psutil.Process]:
        """PostgreSQL and the processes that it has for each connection."""
        pid = self.components.pid_of(postgres.NAME)
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]

    def broker_processes(self) -> list[psutil.Process]:
        """Kafka."""
        return [psutil.Process(self.components.pid_of(kafka.NAME))]


@contextlib.contextmanager
def machine() -> Iterator[Machine]:
    """Start PostgreSQL and Kafka, as `groundswell up` does, and prepare both. Raises `CannotStart`."""
    before = dict(os.environ)
    started: threading.Event = threading.Event()
    stop = threading.Event()
    with tempfile.TemporaryDirectory(prefix="groundswell-bench-", ignore_cleanup_errors=True) as name:
        folder = DataFolder(Path(name) / "data")
        folder.prepare()
        Path(name).chmod(0o711)
        ports, password = free_ports(), postgres.new_password()
        jars.fetch(print)
        programs = [
            *postgres.postgres(folder.postgres, ports.postgres, password, POSTGRES_OPTIONS),
            *kafka.kafka(folder.kafka, ports),
        ]
        components = Supervisor(programs, folder.logs, lambda _: None)

        def supervise() -> None:
            # Programs are leashed to the thread that starts them.
            try:
                components.start(stop)
                started.set()
                components.look_after(stop)
            finally:
                started.set()
                components.stop()

        with ThreadPoolExecutor(1) as thread:
            supervising = thread.submit(supervise)
            try:
                started.wait()
                if supervising.done():
                    supervising.result()
                os.environ.update(random_settings(postgres.address(ports.postgres, password), kafka.address(ports)))
                settings = load(CoreSettings)
                _prepare(settings)
                yield Machine(settings, folder.logs, components)
            finally:
                stop.set()
                os.environ.clear()
                os.environ.update(before)
        folder.forget()


def _prepare(settings: CoreSettings) -> None:
    migrate(settings.database_url, "vault", VAULT_MIGRATIONS)
    for name in ("signatures", "notifications"):
        migrate(settings.database_url, name, BACKBONE_MIGRATIONS, service_named(name).migrations)
    create_topics(settings, service_names())


def wait_until(holds: Callable[[], object], seconds: float = READY_WITHIN_SECONDS) -> None:
    """Wait for a condition. Raises `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.05)


def cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    """The processor time that processes have used so far, user and system."""
    used = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used += times.user + times.system
    return used


def tail(path: Path, characters: int = 800) -> str:
    """The end of a log."""
    return path.read_text(errors="replace")[-characters:]
