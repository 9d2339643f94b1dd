"""Workers of one service are started and stopped at will while people sign: nothing is lost or acted on twice."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.ports import free_ports
from deploy.local.readiness import is_ready
from deploy.local.stack import as_module, worker_of
from deploy.local.temporary import without_ours
from tests.faults.campaign import Campaign
from tests.fixtures.stack import RunningStack
from tests.fixtures.waiting import PATIENCE_SECONDS, wait_until

SERVICES = ("signatures", "notifications")


def test_workers_that_come_and_go_lose_nothing_and_do_nothing_twice(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd() as crowd, _more_workers(stack) as (second, third):
        crowd.wait_for_more(10)
        _stop_the_first_ones(stack)
        crowd.wait_for_more(10)
        second.kill()
        crowd.wait_for_more(10)
        third.terminate()
        crowd.wait_for_more(10)
        assert third.wait(PATIENCE_SECONDS) == 0

    campaign.check_everybody(crowd.answered)


@contextmanager
def _more_workers(stack: RunningStack) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two workers of two services each, beside those that the supervisor looks after; they are ready from the start."""
    ports = [free_ports().metrics for _ in range(2)]
    workers = [_worker(stack, port) for port in ports]
    try:
        wait_until(lambda: all(is_ready(port) for port in ports))
        yield workers
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(PATIENCE_SECONDS)


def _worker(stack: RunningStack, port: int) -> subprocess.Popen[bytes]:
    command = as_module("shared.command_line", "worker", *SERVICES, f"--metrics-port={port}")
    with (stack.logs / f"worker-at-{port}.log").open("wb") as log:
        return subprocess.Popen(command, env={**without_ours(), **stack.settings}, stdout=log, stderr=log)


def _stop_the_first_ones(stack: RunningStack) -> None:
    """Have the supervised workers stop by themselves; the supervisor starts them again."""
    pids = {name: stack.supervisor.pid_of(name) for name in map(worker_of, SERVICES)}
    for pid in pids.values():
        assert pid is not None
        os.kill(pid, signal.SIGTERM)
    for name, pid in pids.items():
        assert pid is not None
        stack.wait_until_back(name, pid)
