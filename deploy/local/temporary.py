"""A stack for a while, on ports that nobody uses: for a rehearsal, or for tests."""

import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from deploy.local.data_folder import DataFolder
from deploy.local.ports import free_ports
from deploy.local.running import Stack, Wishes

_OURS = ("GROUNDSWELL_", "LOCAL_", "SANDBOX_", "PROMETHEUS_")


def ours(environment: Mapping[str, str]) -> dict[str, str]:
    """What is set in an environment for a stack and its parts."""
    return {name: value for name, value in environment.items() if name.startswith(_OURS)}


def without_ours(*kept: str) -> dict[str, str]:
    """This process's environment without that: a stack takes nothing from whoever starts it but what is named."""
    foreign = os.environ.keys() - ours(os.environ).keys()
    return {name: value for name, value in os.environ.items() if name in foreign or name in kept}


@contextmanager
def temporary_stack(data: Path, environment: Mapping[str, str]) -> Iterator[Stack]:
    """Run a stack on a data folder until the end of the block, then delete what was in it. Raises `CannotStart`.

    Its own log is `one.log` beside the folder.
    """
    ready, stop = threading.Event(), threading.Event()
    wishes = Wishes(data, {**environment, **free_ports().as_settings()}, when_ready=lambda *_: ready.set())
    data.parent.mkdir(parents=True, exist_ok=True)
    one_log = (data.parent / "one.log").open("w")
    with _forgotten_afterwards(DataFolder(data)), one_log as log, ThreadPoolExecutor(1) as thread:
        stack = Stack(wishes, log)
        # The programs are leashed to the thread that starts them, so it is this one that runs the stack to its end.
        running = thread.submit(stack.run, stop)
        running.add_done_callback(lambda _: ready.set())
        try:
            ready.wait()
            if running.done():
                running.result()
            yield stack
        finally:
            stop.set()


@contextmanager
def _forgotten_afterwards(folder: DataFolder) -> Iterator[None]:
    """Delete what is in a data folder, also what is elsewhere because root keeps the folder in a closed place."""
    try:
        yield
    finally:
        folder.forget()
