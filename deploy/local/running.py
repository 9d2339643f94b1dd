"""A whole stack from start to stop, as `groundswell up`, `groundswell demo` and the tests run it."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from deploy.local import jars
from deploy.local.data_folder import DataFolder
from deploy.local.one_log import OneLog, put_aside
from deploy.local.program import Program
from deploy.local.settings import keep_settings
from deploy.local.stack import Plan, programs
from deploy.local.supervisor import Supervisor


def _nothing_further(_plan: Plan) -> Sequence[Program]:
    return ()


def _say_nothing(_plan: Plan, _seconds: float) -> None:
    """For stacks that nobody watches."""


@dataclass(frozen=True)
class Wishes:
    """How somebody wants their stack. `environment` counts more than the settings file of the data folder."""

    data: Path
    environment: Mapping[str, str]
    web_port: int | None = None
    fresh: bool = False
    web_workers: int = 2
    errors_only: bool = False
    # Programs beside the usual ones.
    further: Callable[[Plan], Sequence[Program]] = _nothing_further
    # Told once everything is ready, with the seconds that it took.
    when_ready: Callable[[Plan, float], None] = _say_nothing


class Stack:
    """A stack on a data folder of its own, which it holds until it is closed."""

    def __init__(self, wishes: Wishes, stream: TextIO) -> None:
        self._wishes = wishes
        self._began = time.monotonic()
        folder = DataFolder(wishes.data.absolute())
        folder.prepare()
        self._lock = folder.lock()
        self.plan = _plan(wishes, folder, lambda text: print(text, file=stream, flush=True))
        all_programs = [*programs(self.plan), *wishes.further(self.plan)]
        put_aside(folder.logs)
        names = [program.name for program in all_programs]
        self._log = OneLog(folder.logs, names, stream, errors_only=wishes.errors_only)
        self.supervisor = Supervisor(all_programs, folder.logs, self._log.say, self._log.show_what_is_new)

    def run(self, stop: threading.Event) -> None:
        """Start everything, keep it running until `stop` is set, and stop everything. Raises `CannotStart`.

        To be called by a thread that lives as long as the stack.
        """
        try:
            self.supervisor.start(stop)
            if not stop.is_set():
                self._wishes.when_ready(self.plan, time.monotonic() - self._began)
            self.supervisor.look_after(stop)
            self._log.say("stopping; once more for at once")
        finally:
            self.supervisor.stop()
            self._lock.close()


def _plan(wishes: Wishes, folder: DataFolder, say: jars.Say) -> Plan:
    if wishes.fresh:
        folder.forget()
        folder.prepare()
    if "GROUNDSWELL_KAFKA" not in wishes.environment:
        jars.fetch(say)
    settings, ports = keep_settings(folder.settings, wishes.environment, wishes.web_port)
    return Plan(folder, ports, settings, wishes.environment, wishes.web_workers)
