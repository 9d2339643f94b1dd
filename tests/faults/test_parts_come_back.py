"""Any part of a stack may be killed: it is there again by itself, and the others go on."""

import pytest

from deploy.local.readiness import is_ready
from deploy.local.stack import worker_of
from shared.installed import service_names
from tests.fixtures.stack import RunningStack
from tests.fixtures.waiting import wait_until

WORKERS = [worker_of(name) for name in service_names()]


@pytest.mark.parametrize("name", ["postgres", "kafka", "sandbox", "web", *WORKERS])
def test_a_part_that_is_killed_is_there_again(stack: RunningStack, name: str) -> None:
    killed = stack.kill(name)

    stack.wait_until_back(name, killed)

    everybody = [stack.ports.web, *(stack.ports.metrics + number for number in range(len(WORKERS)))]
    wait_until(lambda: all(is_ready(port) for port in everybody))
