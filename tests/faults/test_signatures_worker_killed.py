"""The signatures worker dies between Kafka's word and its own commit: all is published again, and acts once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.faults.campaign import Campaign
from tests.fixtures.stack import RunningStack
from tests.fixtures.waiting import wait_until

WORKER = "signatures-worker"


def test_what_kafka_has_and_the_outbox_still_holds_is_published_again_and_acted_on_once(
    stack: RunningStack, campaign: Campaign
) -> None:
    with campaign.crowd() as crowd, campaign.connected("signatures") as database:
        with _stopped(stack):
            crowd.wait_for_more(20)
            held = _hold_the_outbox(database, campaign)
        wait_until(lambda: held <= campaign.published.ids() and _waiting_to_remove(campaign))
        killed = stack.kill(WORKER)
        _end_what_it_asked_for(campaign)
        database.rollback()
        stack.wait_until_back(WORKER, killed)
        crowd.wait_for_more(20)

    campaign.check_everybody(crowd.answered)
    assert len(held) >= 20
    assert held <= campaign.published.twice()


@contextmanager
def _stopped(stack: RunningStack) -> Iterator[None]:
    """Let the worker do nothing until the end of the block."""
    pid = stack.supervisor.pid_of(WORKER)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _hold_the_outbox(database: psycopg.Connection, campaign: Campaign) -> set[str]:
    """Lock what waits in the outbox: it can be read and published, but not removed. The ids of the domain events."""
    rows = database.execute(
        "SELECT id::text FROM outbox WHERE type = 'signature.added' AND payload ->> 'petition' = %s FOR UPDATE",
        [campaign.slug],
    )
    return {id_ for (id_,) in rows}


def _waiting_to_remove(campaign: Campaign) -> list[int]:
    """The database's processes in which the relay wants to remove what it has published, and has to wait."""
    return [pid for (pid,) in campaign.ask("signatures", _REMOVING)]


def _end_what_it_asked_for(campaign: Campaign) -> None:
    """Take back what the database was asked for; whoever asked is dead, which it would only find out when answering."""
    for pid in _waiting_to_remove(campaign):
        campaign.ask("signatures", "SELECT pg_terminate_backend(%(pid)s, 60000)", pid=pid)


_REMOVING = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND query LIKE 'DELETE FROM outbox%%'"
)
