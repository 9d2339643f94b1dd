"""The parts of a worker: each a thread that is told to stop, and that shows it is alive by looking whether it is."""

import gc
import threading
import time
from collections.abc import Callable, Sequence

from shared.observability.logging import logger

# Far longer than any chunk of work takes; a part that is silent for so long hangs, and only a restart mends that.
SILENT_SECONDS = 900.0
STOP_WITHIN_SECONDS = 20.0
log = logger("worker")

Run = Callable[[threading.Event], None]


class Pulse(threading.Event):
    """The worker's word to stop as one part sees it; each look at it is a sign of life."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__()
        self._stop_of_all = stop
        self.felt_at = time.monotonic()

    def is_set(self) -> bool:
        """Whether the part is to stop."""
        self.felt_at = time.monotonic()
        return self._stop_of_all.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Rest until the part is to stop, or for so many seconds."""
        self.felt_at = time.monotonic()
        return self._stop_of_all.wait(timeout)

    def silent_for(self) -> float:
        """How many seconds ago the last sign of life was."""
        return time.monotonic() - self.felt_at

    def set(self) -> None:
        """Have every part stop."""
        self._stop_of_all.set()


class Parts:
    """All threads of one worker. Where one fails beyond its own repair, all stop, for a supervisor to start afresh."""

    def __init__(
        self,
        stop: threading.Event,
        *,
        silent_seconds: float = SILENT_SECONDS,
        stop_within_seconds: float = STOP_WITHIN_SECONDS,
    ) -> None:
        self._stop = stop
        self._silent_seconds = silent_seconds
        self._stop_within_seconds = stop_within_seconds
        self._failed = threading.Event()
        self._pulses: dict[str, Pulse] = {}
        self._threads: list[threading.Thread] = []

    def add(self, name: str, run: Run) -> None:
        """A part, which begins with `start`."""
        pulse = self._pulses[name] = Pulse(self._stop)
        # A daemon, so that one that hangs cannot keep a worker that was told to stop.
        self._threads.append(threading.Thread(target=self._guarded, args=(name, run, pulse), name=name, daemon=True))

    def start(self) -> None:
        """Begin all."""
        # What was put together is there to stay: to look for garbage in it again and again takes a fifth of the time.
        gc.collect()
        gc.freeze()
        for thread in self._threads:
            thread.start()

    def stalled(self) -> list[str]:
        """Which have shown no sign of life for too long."""
        return [f"{name} hangs" for name, pulse in self._pulses.items() if pulse.silent_for() > self._silent_seconds]

    def stopped(self) -> bool:
        """Wait for all to stop, once they are told to; whether they all did, and none had failed."""
        give_up_at = time.monotonic() + self._stop_within_seconds
        for thread in self._threads:
            thread.join(max(0.0, give_up_at - time.monotonic()))
        hanging = _alive(self._threads)
        if hanging:
            log.error("parts of the worker did not stop in time", parts=hanging)
        return not hanging and not self._failed.is_set()

    def _guarded(self, name: str, run: Run, pulse: Pulse) -> None:
        try:
            run(pulse)
        except Exception:
            log.exception("a part of the worker failed", failed_part=name)
            self._failed.set()
            self._stop.set()


def _alive(threads: Sequence[threading.Thread]) -> list[str]:
    return [thread.name for thread in threads if thread.is_alive()]
