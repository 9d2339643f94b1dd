"""A row that PostgreSQL refuses fails alone, and not with the innocent ones that are committed beside it.

Whatever could make PostgreSQL refuse a signature is kept out before it comes that far. So that there is something to
refuse, the table is given a rule here that a few people break who are like all others for the web process.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import psutil
from psycopg import sql

from deploy.rehearsal.people import Supporter
from deploy.rehearsal.signing import SIGNED, TIMEOUT_SECONDS, signature_of
from tests.faults.campaign import Campaign
from tests.fixtures.waiting import wait_until

EVERYBODY, POISONED_EVERY = 72, 12


def test_a_refused_row_fails_alone_among_many_that_are_committed_together(campaign: Campaign) -> None:
    everybody = campaign.people(EVERYBODY)
    poisoned = everybody[::POISONED_EVERY]
    innocent = [person for person in everybody if person not in poisoned]

    with _refused(campaign, poisoned):
        statuses = _sign_at_once(campaign, everybody)

    assert [statuses[person.number] for person in innocent] == [SIGNED] * len(innocent)
    assert [statuses[person.number] for person in poisoned] == [500] * len(poisoned)
    assert _most_committed_together(campaign) > 1
    campaign.check_everybody(innocent)


def test_whoever_was_refused_signs_once_the_cause_is_gone(campaign: Campaign) -> None:
    everybody = campaign.people(8)
    with _refused(campaign, everybody[:4]):
        _sign_at_once(campaign, everybody)

    statuses = _sign_at_once(campaign, everybody)

    assert set(statuses.values()) == {SIGNED}
    campaign.check_everybody(everybody)


@contextmanager
def _refused(campaign: Campaign, people: Sequence[Supporter]) -> Iterator[None]:
    """Have PostgreSQL refuse the signatures of these people until the end of the block."""
    ids = sql.SQL(", ").join(sql.Literal(campaign.supporter_id(person)) for person in people)
    rule = sql.SQL("ALTER TABLE signatures ADD CONSTRAINT nobody_of_these CHECK (supporter_id NOT IN ({})) NOT VALID")
    with campaign.connected("signatures") as database:
        database.execute(rule.format(ids))
        database.commit()
        try:
            yield
        finally:
            database.execute("ALTER TABLE signatures DROP CONSTRAINT nobody_of_these")


def _sign_at_once(campaign: Campaign, people: Sequence[Supporter]) -> dict[int, int]:
    """Everybody signs, and nobody is committed before all wait; the status that each was answered with."""
    with campaign.connected("signatures") as database:
        database.execute("LOCK TABLE signatures IN SHARE ROW EXCLUSIVE MODE")
        waiting = {person.number: _send(campaign.signatures_url, person) for person in people}
        ports = {connection.sock.getsockname()[1] for connection in waiting.values()}
        wait_until(lambda: ports <= _ports_of_visitors(campaign))
    return {number: _status(connection) for number, connection in waiting.items()}


def _send(address: str, person: Supporter) -> HTTPConnection:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    connection.request("POST", parts.path, json.dumps(signature_of(person)), {"Content-Type": "application/json"})
    return connection


def _status(connection: HTTPConnection) -> int:
    status = connection.getresponse().status
    connection.close()
    return status


def _ports_of_visitors(campaign: Campaign) -> set[int]:
    """The ports of those whom the web workers have let in."""
    workers = psutil.Process(campaign.stack.supervisor.pid_of("web")).children()
    return {one.raddr.port for worker in workers for one in worker.net_connections("tcp") if one.raddr}


def _most_committed_together(campaign: Campaign) -> int:
    """How many signatures there are at most in one transaction."""
    ((most,),) = campaign.ask("signatures", _MOST_TOGETHER, slug=campaign.slug)
    return int(most)


_MOST_TOGETHER = (
    "SELECT max(together) FROM (SELECT count(*) AS together FROM signatures"
    " JOIN petitions ON petitions.id = petition_id WHERE slug = %(slug)s GROUP BY signatures.xmin) AS transactions"
)
