"""One program under supervision: when it is started, ready, dead, and started again."""

import time
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path

from deploy.local.process import Process, describe_end
from deploy.local.program import Program
from deploy.local.trouble import CannotStart

FIRST_REST_SECONDS = 0.5
LONGEST_REST_SECONDS = 30.0
# Having been ready this long, a program's earlier deaths are forgotten.
STEADY_SECONDS = 60.0
LAST_LINE_CHARACTERS = 300
# How our own commands begin the line that says why they end.
OURS = "groundswell:"

Say = Callable[[str], None]


class Phase(Enum):
    """Where a program is."""

    WAITING = auto()  # for those it comes after, or, once it died, for its rest to be over
    STARTING = auto()
    READY = auto()
    DONE = auto()  # a step that has succeeded
    STOPPED = auto()


class Supervised:
    """A program, its present process, and what became of it so far."""

    def __init__(self, program: Program, log: Path, say: Say) -> None:
        self.program = program
        self.log = log
        self.phase = Phase.WAITING
        self.process: Process | None = None
        self._say = say
        self._since = time.monotonic()
        self._rest_seconds = 0.0
        self._deaths = 0
        self._was_ready = False

    def is_up(self) -> bool:
        """Whether what comes after it may start."""
        return self.phase in (Phase.READY, Phase.DONE)

    def turn(self) -> None:
        """Look at the program and do what is due. Raises `CannotStart` where it cannot be brought up at all."""
        if self.phase is Phase.WAITING and self._seconds() >= self._rest_seconds:
            self._start()
        elif self.phase in (Phase.STARTING, Phase.READY):
            self._look()

    def ask_to_stop(self) -> None:
        """Send the program its stop signal, where it runs."""
        if self.is_running():
            self._go_on_to(Phase.STOPPED)
            if self.process:
                self.process.send(self.program.stop_signal)

    def kill_if_late(self) -> None:
        """Kill a program that has been asked to stop for longer than it may take."""
        if self.process and self.is_running() and self._seconds() > self.program.stop_within_seconds:
            self._say(f"{self.program.name} does not stop; killing it")
            self.kill()

    def kill(self) -> None:
        """End the program at once."""
        if self.process and self.is_running():
            self._go_on_to(Phase.STOPPED)
            self.process.kill()

    def is_running(self) -> bool:
        """Whether there is a process."""
        return self.process is not None and self.process.exit_code() is None

    def _start(self) -> None:
        if self.process is None:
            self.program.prepare()
        self.process = Process(self.program, self.log)
        self._go_on_to(Phase.STARTING)

    def _look(self) -> None:
        assert self.process is not None
        code = self.process.exit_code()
        if code is not None:
            self._ended(code)
        elif self.phase is Phase.STARTING:
            self._look_whether_ready()
        elif self._seconds() > STEADY_SECONDS:
            self._deaths = 0

    def _look_whether_ready(self) -> None:
        if not self.program.runs_once and self.program.is_ready():
            self._say(f"{self.program.name} is ready{' again' if self._was_ready else ''}")
            self._was_ready = True
            self._go_on_to(Phase.READY)
        elif self._seconds() > self.program.ready_within_seconds:
            self._give_up_or_try_again(f"is not ready after {self.program.ready_within_seconds:.0f} s")

    def _ended(self, code: int) -> None:
        if self.program.runs_once and code == 0:
            self._say(f"{self.program.name} is done")
            self._go_on_to(Phase.DONE)
        else:
            self._give_up_or_try_again(f"ended ({describe_end(code)})")

    def _give_up_or_try_again(self, what: str) -> None:
        self._deaths += 1
        if not self._was_ready and self._deaths >= self.program.tries:
            raise CannotStart(f"{self.program.name} {what}: {last_line(self.log)} (its log: {self.log})")
        if self.process and self.is_running():
            self.process.kill()
        self._rest_seconds = min(FIRST_REST_SECONDS * 2 ** (self._deaths - 1), LONGEST_REST_SECONDS)
        self._say(f"{self.program.name} {what}; starting it again in {self._rest_seconds:g} s")
        self._go_on_to(Phase.WAITING)

    def _go_on_to(self, phase: Phase) -> None:
        self.phase, self._since = phase, time.monotonic()

    def _seconds(self) -> float:
        return time.monotonic() - self._since


def last_line(log: Path) -> str:
    """The line of a log's end that says most: our own last word, or the last line there is; shortened."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 10_000))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
    said = [line for line in lines if line.startswith(OURS)] or [line for line in lines if line] or ["its log is empty"]
    return said[-1].removeprefix(OURS).strip()[:LAST_LINE_CHARACTERS]
