"""The web process dies while people sign: whoever was answered is stored, published and thanked, once."""

import psutil

from tests.faults.campaign import Campaign
from tests.fixtures.stack import RunningStack
from tests.fixtures.waiting import wait_until

# So that there is always somebody in the middle of signing.
NO_PAUSE = 0.0


def test_nobody_is_lost_with_the_web_worker_that_had_them(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd(NO_PAUSE) as crowd:
        crowd.wait_for_more(10)
        while not crowd.cut_off:
            _kill_a_worker(stack)
        crowd.wait_for_more(20)

    campaign.check_everybody(crowd.answered)


def test_nobody_is_lost_with_the_whole_web_program(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd(NO_PAUSE) as crowd:
        crowd.wait_for_more(10)
        killed = stack.kill("web")
        stack.wait_until_back("web", killed)
        crowd.wait_for_more(20)

    assert crowd.cut_off
    campaign.check_everybody(crowd.answered)


def _kill_a_worker(stack: RunningStack) -> None:
    """Kill one of gunicorn's workers, and wait until another has taken its place."""
    pid = stack.supervisor.pid_of("web")
    assert pid is not None
    workers = psutil.Process(pid).children()
    workers[0].kill()
    wait_until(lambda: _has_replaced(workers[0].pid, psutil.Process(pid), len(workers)))


def _has_replaced(killed: int, master: psutil.Process, number: int) -> bool:
    now = [worker.pid for worker in master.children()]
    return killed not in now and len(now) == number
