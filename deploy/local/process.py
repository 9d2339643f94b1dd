"""One running program: on a leash, in a process group of its own, writing to its own log, gone with all it started."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from deploy.local import leash
from deploy.local.program import Program

LEASH = str(Path(leash.__file__).resolve())


class Process:
    """A started program.

    To be made by a thread that lives as long as the process should: the leash is tied to the thread that made it.
    """

    def __init__(self, program: Program, log: Path) -> None:
        account = f"{program.account.uid}:{program.account.gid}" if program.account else "-"
        held = [sys.executable, "-I", "-S", LEASH, str(os.getpid()), str(int(program.orphan_signal)), account]
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [*held, *program.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(program.environment),
                cwd=program.folder,
                start_new_session=True,
            )
        self._below: list[psutil.Process] = []

    @property
    def pid(self) -> int:
        """The process id, which is the group's too."""
        return self._popen.pid

    def exit_code(self) -> int | None:
        """None while it runs; below 0, the signal that ended it. What it started and left behind is killed."""
        # Looked at before it is reaped: until then nobody else can be given its number, and so its group's.
        if self._popen.returncode is None and _has_ended(self.pid):
            self._kill_group()
            _kill(self._below)
        return self._popen.poll()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        self._below = list(_below(self.pid))
        self._popen.send_signal(number)

    def send_to_all(self, number: signal.Signals) -> None:
        """Send a signal to the program and everything it started."""
        everybody = [*_below(self.pid)]
        self._popen.send_signal(number)
        for process in everybody:
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)

    def kill(self) -> None:
        """End the program and everything it started at once, as a power cut would."""
        self.send_to_all(signal.SIGKILL)

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def describe_end(code: int) -> str:
    """How a program ended, in words."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _has_ended(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _below(pid: int) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        yield from psutil.Process(pid).children(recursive=True)


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
