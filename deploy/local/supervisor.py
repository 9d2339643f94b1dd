"""Starts programs in their order, starts again what dies, and stops them all."""

import functools
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.ports import require_free
from deploy.local.program import Program
from deploy.local.supervised import Say, Supervised

TURN_SECONDS = 0.1


def _nothing() -> None:
    """For supervisors that nobody watches."""


class Supervisor:
    """To be used by one thread, which lives as long as the programs should."""

    def __init__(self, programs: Sequence[Program], logs: Path, say: Say, each_turn: Callable[[], None] = _nothing):
        self._ports = [port for program in programs for port in program.ports]
        self._all = {program.name: Supervised(program, logs / f"{program.name}.log", say) for program in programs}
        self._each_turn = each_turn

    def start(self, stop: threading.Event) -> None:
        """Start everything, and return when all is ready or `stop` is set. Raises `CannotStart`."""
        require_free(self._ports)
        while not stop.is_set() and not all(one.is_up() for one in self._all.values()):
            self._turn()
            stop.wait(TURN_SECONDS)

    def look_after(self, stop: threading.Event) -> None:
        """Keep everything running until `stop` is set."""
        while not stop.is_set():
            self._turn()
            stop.wait(TURN_SECONDS)

    def stop(self) -> None:
        """Stop everything, those first that others were started before."""
        for depth in sorted({self._depth(name) for name in self._all}, reverse=True):
            level = [one for name, one in self._all.items() if self._depth(name) == depth]
            for one in level:
                one.ask_to_stop()
            while any(one.is_running() for one in level):
                for one in level:
                    one.kill_if_late()
                self._each_turn()
                time.sleep(TURN_SECONDS)
        self._each_turn()

    def kill_all(self) -> None:
        """End everything at once."""
        for one in self._all.values():
            one.kill()

    def kill(self, name: str) -> int | None:
        """End one program at once, as a power cut would, to see it come back; the process id that it had."""
        pid = self.pid_of(name)
        process = self._all[name].process
        if process:
            process.kill()
        return pid

    def pid_of(self, name: str) -> int | None:
        """The process id of a program, if it runs now."""
        process = self._all[name].process
        return process.pid if process and self._all[name].is_running() else None

    def is_up(self, name: str) -> bool:
        """Whether a program is ready, or a step done."""
        return self._all[name].is_up()

    def _turn(self) -> None:
        for one in self._all.values():
            if one.process or all(self._all[name].is_up() for name in one.program.after):
                one.turn()
        self._each_turn()

    @functools.cache  # noqa: B019 — a supervisor lives as long as the process
    def _depth(self, name: str) -> int:
        return 1 + max((self._depth(before) for before in self._all[name].program.after), default=0)
