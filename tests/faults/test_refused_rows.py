"""A row that PostgreSQL refuses fails alone, and not with the innocent ones that are committed beside it.

Whatever could make PostgreSQL refuse a signature is kept out before it comes that far. So that there is something to
refuse, the table is given a rule here that a few people break who are like all others for the web process.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import psycopg
import requests
from psycopg import sql

from deploy.rehearsal.people import Supporter
from deploy.rehearsal.signing import SIGNED, TIMEOUT_SECONDS, signature_of
from tests.faults.campaign import Campaign

EVERYBODY, POISONED_EVERY = 144, 12
AT_ONCE = 48


def test_a_refused_row_fails_alone_among_many_that_are_committed_together(campaign: Campaign) -> None:
    everybody = campaign.people(EVERYBODY)
    poisoned = everybody[::POISONED_EVERY]
    innocent = [person for person in everybody if person not in poisoned]

    with _refused(campaign, poisoned):
        statuses = _sign_at_once(campaign, everybody)

    assert [statuses[person.number] for person in innocent] == [SIGNED] * len(innocent)
    assert [statuses[person.number] for person in poisoned] == [500] * len(poisoned)
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
    with psycopg.connect(f"{campaign.settings.database_url}/groundswell_signatures", autocommit=True) as database:
        database.execute(rule.format(ids))
        try:
            yield
        finally:
            database.execute("ALTER TABLE signatures DROP CONSTRAINT nobody_of_these")


def _sign_at_once(campaign: Campaign, people: Sequence[Supporter]) -> dict[int, int]:
    """Everybody signs once, many at the same moment; the status that each was answered with."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        statuses = threads.map(partial(_sign, campaign.signatures_url), people)
        return {person.number: status for person, status in zip(people, statuses, strict=True)}


def _sign(address: str, person: Supporter) -> int:
    return requests.post(address, json=signature_of(person), timeout=TIMEOUT_SECONDS).status_code
