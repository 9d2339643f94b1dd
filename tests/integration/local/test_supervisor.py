"""Programs are started in their order, started again when they die, and all stopped at the end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.program import Program
from deploy.local.supervisor import Supervisor
from deploy.local.trouble import CannotStart
from tests.fixtures.stack import running
from tests.fixtures.waiting import wait_until
from tests.integration.local.processes import PARENT, is_alive, pids_in, python

ROOT = Path(__file__).parents[3]


def test_a_program_starts_when_those_before_it_are_ready(tmp_path: Path) -> None:
    order = tmp_path / "order"
    write = "import sys, time; open(sys.argv[1], 'a').write(sys.argv[2] + ' '); time.sleep(float(sys.argv[3]))"
    first = python("first", write, str(order), "first", "600", is_ready=order.exists)
    step = python("step", write, str(order), "step", "0", after=("first",), runs_once=True)
    last = python(
        "last", write, str(order), "last", "600", after=("step",), is_ready=lambda: "last" in order.read_text()
    )

    with running([last, step, first], tmp_path):
        written = order.read_text()

    assert written == "first step last "


def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program = python("parent", PARENT, str(pids), is_ready=pids.exists)

    with _looked_after(program, tmp_path) as (supervisor, said):
        before = pids_in(pids)
        supervisor.kill("parent")
        wait_until(lambda: pids_in(pids) not in ([], before) and supervisor.is_up("parent"))
        after = pids_in(pids)

    assert not set(before) & set(after)
    assert "parent ended (killed by SIGKILL); starting it again in 0.5 s" in said


def test_what_a_dead_program_had_started_goes_with_it(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program = python("parent", PARENT, str(pids), is_ready=pids.exists)

    with _looked_after(program, tmp_path):
        parent, child = pids_in(pids)
        os.kill(parent, signal.SIGKILL)
        wait_until(lambda: not is_alive(child))


def test_a_program_that_ends_before_it_is_ready_ends_the_start_with_one_line(tmp_path: Path) -> None:
    program = python("broken", "import sys; sys.exit('groundswell: the moon is not full')", is_ready=lambda: False)

    with pytest.raises(CannotStart) as trouble, running([program], tmp_path):
        pass

    expected = f"broken ended (exit code 1): the moon is not full (its log: {tmp_path / 'broken.log'})"
    assert str(trouble.value) == expected


def test_a_program_that_never_gets_ready_ends_the_start(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program = python("slow", PARENT, str(pids), is_ready=lambda: False, ready_within_seconds=1.0)

    with pytest.raises(CannotStart, match="slow is not ready after 1 s"), running([program], tmp_path):
        pass

    wait_until(lambda: not any(map(is_alive, pids_in(pids))))


def test_those_that_came_last_are_stopped_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    tell = """
import pathlib, signal, sys, time
def stop(*_):
    open(sys.argv[1], "a").write(sys.argv[2] + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
time.sleep(600)
"""
    database = python("database", tell, str(order), "database", is_ready=Path(f"{order}database").exists)
    worker = python("worker", tell, str(order), "worker", after=("database",), is_ready=Path(f"{order}worker").exists)

    with running([database, worker], tmp_path):
        pass

    assert order.read_text() == "worker database "


def test_a_program_that_does_not_stop_is_killed_with_all_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + PARENT
    program = python("deaf", deaf, str(pids), is_ready=pids.exists, stop_within_seconds=0.2)

    with running([program], tmp_path):
        family = pids_in(pids)

    assert len(family) == 2
    wait_until(lambda: not any(map(is_alive, family)))


def test_programs_do_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"""
import pathlib, threading
from deploy.local.supervisor import Supervisor
from tests.integration.local.processes import python
wait = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
program = python("program", wait, {str(pids)!r}, is_ready=pathlib.Path({str(pids)!r}).exists)
supervisor = Supervisor([program], pathlib.Path({str(tmp_path)!r}), print)
supervisor.start(threading.Event())
supervisor.look_after(threading.Event())
"""
    supervising = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    wait_until(lambda: pids_in(pids))
    (program,) = pids_in(pids)

    supervising.kill()
    supervising.wait()

    wait_until(lambda: not is_alive(program))


@contextmanager
def _looked_after(program: Program, logs: Path) -> Iterator[tuple[Supervisor, list[str]]]:
    """A supervisor at work on a thread of its own, and what it says."""
    said: list[str] = []
    stop = threading.Event()
    supervisor = Supervisor([program], logs, said.append)

    def run() -> None:
        try:
            supervisor.start(stop)
            supervisor.look_after(stop)
        finally:
            supervisor.stop()

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(run)
        try:
            wait_until(lambda: done.done() or supervisor.is_up(program.name))
            yield supervisor, said
        finally:
            stop.set()
            done.result()
