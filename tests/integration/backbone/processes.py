"""The console script as a process of its own, in which the tester is an installed service like any other."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.settings import PREFIX, CoreSettings, stand_ins
from tests.integration.backbone.bus import WITHIN_SECONDS, until

ROOT = Path(__file__).parents[3]
ENTRY_POINTS = """\
[groundswell.services]
tester = tests.integration.backbone.tester.service:service
unmigrated = tests.integration.backbone.tester.service:unmigrated
"""


def install_tester(folder: Path) -> Path:
    """A folder that, on Python's path, makes the tester an installed service."""
    installed = folder / "tester-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: tester\nVersion: 1\n")
    (installed / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


def environment(installed: Path, settings: CoreSettings, **changes: str) -> dict[str, str]:
    """What a process needs to find the tester, and the stack of this session."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    of_this_session = {
        "GROUNDSWELL_DATABASE_URL": settings.database_url,
        "GROUNDSWELL_KAFKA": ",".join(settings.kafka),
        "PYTHONPATH": f"{installed}{os.pathsep}{ROOT}",
    }
    return {**kept, **stand_ins(CoreSettings), **of_this_session, **changes}


def groundswell(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "shared.command_line", *arguments]
    options: dict[str, Any] = {"text": True, "capture_output": True, "timeout": WITHIN_SECONDS, "check": False}
    return subprocess.run(command, env=variables, cwd=ROOT, **options)  # noqa: PLW1510


class Worker:
    """A worker process, and the lines it has logged so far."""

    def __init__(self, variables: dict[str, str], *arguments: str) -> None:
        command = [sys.executable, "-m", "shared.command_line", "worker", *arguments]
        self.process = subprocess.Popen(
            command, env=variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.decode())

    def logged(self, event: str) -> dict[str, Any] | None:
        """The first line that says so, if there was one."""
        return next((line for line in map(json.loads, list(self.lines)) if line["event"] == event), None)

    def wait_for(self, event: str) -> dict[str, Any]:
        """The line that says so, as soon as it is there."""
        found: dict[str, Any] = until(lambda: self.logged(event), f"the worker logs {event!r}")
        return found

    def kill(self, number: signal.Signals) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.exit_code()

    def exit_code(self) -> int:
        """How it ended, once it has."""
        code = self.process.wait(WITHIN_SECONDS)
        self._reader.join(WITHIN_SECONDS)
        return code


@contextmanager
def worker(variables: dict[str, str], *arguments: str) -> Iterator[Worker]:
    """A worker for as long as the block lasts, whatever becomes of it."""
    started = Worker(variables, *arguments)
    try:
        yield started
    finally:
        started.process.kill()
        started.exit_code()


def ask(port: int, path: str) -> tuple[int, str]:
    """A worker's answer to a question about its health."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=WITHIN_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
