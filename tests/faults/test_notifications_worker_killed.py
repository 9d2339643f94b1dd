"""The notifications worker dies in the middle of a batch: what became of each message is found out, none goes twice."""

import os
import signal

from deploy.sandbox.faults import Fault
from tests.faults.campaign import Campaign
from tests.fixtures.stack import RunningStack
from tests.fixtures.waiting import wait_until

WORKER = "notifications-worker"
# While every provider takes its time, a batch has a middle that is long enough to be found.
SLOW = (Fault("messages", "slow", seconds=1.0), Fault("mail", "slow", seconds=1.0))
# What was taken can then only be known from Twilio's own list.
UNTOLD = Fault("callbacks", "lost")


def test_texts_and_letters_that_were_being_sent_are_sent_once(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd() as crowd:
        pid = _pid(stack)
        os.kill(pid, signal.SIGSTOP)
        crowd.wait_for_more(60)
        campaign.faults(*SLOW, UNTOLD)
        os.kill(pid, signal.SIGCONT)
        wait_until(lambda: _is_stopped_in_the_middle(campaign, pid))
        in_hand = campaign.in_state("sending")
        killed = stack.kill(WORKER)
        campaign.faults()
        stack.wait_until_back(WORKER, killed)
        crowd.wait_for_more(20)

    campaign.check_everybody(crowd.answered)
    assert in_hand["text"] > 0
    assert in_hand["letter"] > 0


def _pid(stack: RunningStack) -> int:
    pid = stack.supervisor.pid_of(WORKER)
    assert pid is not None
    return pid


def _is_stopped_in_the_middle(campaign: Campaign, pid: int) -> bool:
    """Stop the worker where some texts and letters of a batch have arrived and their rows do not know it yet."""
    os.kill(pid, signal.SIGSTOP)
    in_hand = campaign.in_state("sending")
    if in_hand["text"] and in_hand["letter"] and campaign.arrived.texts() and campaign.arrived.letters():
        return True
    os.kill(pid, signal.SIGCONT)
    return False
