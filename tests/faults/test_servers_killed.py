"""Kafka and PostgreSQL die while people sign, and come back: whoever was answered is stored, published and thanked."""

import os
import signal

from tests.faults.campaign import Campaign
from tests.fixtures.stack import RunningStack

WORKER = "signatures-worker"


def test_nothing_is_lost_while_kafka_is_away_and_the_worker_that_waits_for_it_is_stopped(
    stack: RunningStack, campaign: Campaign
) -> None:
    with campaign.crowd() as crowd:
        crowd.wait_for_more(20)
        killed = stack.kill("kafka")
        crowd.wait_for_more(10)
        stopped = stack.supervisor.pid_of(WORKER)
        assert stopped is not None
        os.kill(stopped, signal.SIGTERM)
        stack.wait_until_back("kafka", killed)
        stack.wait_until_back(WORKER, stopped)
        crowd.wait_for_more(20)

    campaign.check_everybody(crowd.answered)
    assert crowd.cut_off == []
    assert crowd.turned_away == []


def test_nobody_who_was_answered_is_lost_with_postgresql(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd(pause_seconds=0.0) as crowd:
        crowd.wait_for_more(100)
        killed = stack.kill("postgres")
        stack.wait_until_back("postgres", killed)
        crowd.wait_for_more(20)

    campaign.check_everybody(crowd.answered)
    assert crowd.turned_away
