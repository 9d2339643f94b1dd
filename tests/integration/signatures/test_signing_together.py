"""Many sign at the same moment: each is stored once, posted once and answered."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError

from services.signatures.domain.signature import Signature, Source
from services.signatures.storage.signatures import Signatures
from services.signatures.use_cases.keep_signatures import Signed, keep_signatures
from services.signatures.use_cases.sign import Signing
from services.signatures.web.signers import RETRY_AFTER_SECONDS, take
from shared.commit_together import CommitTogether, TooBusy
from shared.database import connect
from shared.domain_events.signatures import PetitionClosed, SignatureAdded
from shared.observability.tracing import traceparent
from shared.outbox.outbox import outbox_row
from shared.service import Backbone
from shared.web.guard import public
from tests.integration.signatures.office import Office, body, form
from tests.unit.signatures.made import SLUG, consents, signature, signer

CROWD = 200


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as threads:
        yield threads


def sign_each(office: Office, pool: ThreadPoolExecutor, bodies: Sequence[dict[str, Any]]) -> list[int]:
    """Everybody signs in a thread of their own; the status codes."""

    def sign(given: dict[str, Any]) -> int:
        client = office.client.application.test_client()
        return client.post(f"/petitions/{SLUG}/signatures", json=given).status_code

    return list(pool.map(sign, bodies))


def test_two_hundred_who_sign_at_once_are_each_stored_once_and_posted_once(
    open_office: Office, pool: ThreadPoolExecutor
) -> None:
    crowd = [body(email=f"person.{number}@example.org", phone=None) for number in range(CROWD)]

    statuses = sign_each(open_office, pool, crowd)

    assert statuses == [201] * CROWD
    stored = [str(row.id) for row in open_office.rows()]
    posted = [event.signature_id for event in open_office.posted(SignatureAdded)]
    assert len(set(stored)) == CROWD
    assert sorted(posted) == sorted(stored)


def test_one_person_who_signs_two_hundred_times_at_once_counts_once(
    open_office: Office, pool: ThreadPoolExecutor
) -> None:
    statuses = sign_each(open_office, pool, [body()] * CROWD)

    assert statuses == [201] * CROWD
    assert len(open_office.rows()) == 1
    assert len(open_office.posted(SignatureAdded)) == 1


def test_among_many_the_ones_that_are_wrong_fail_alone(open_office: Office, pool: ThreadPoolExecutor) -> None:
    wrong = {7, 50, 51, 199}
    crowd = [
        body(email=f"person.{number}@example.org", name="\x00" if number in wrong else "Amrit Quaba")
        for number in range(CROWD)
    ]

    statuses = sign_each(open_office, pool, crowd)

    assert statuses == [422 if number in wrong else 201 for number in range(CROWD)]
    assert len(open_office.rows()) == CROWD - len(wrong)


def together(backbone: Backbone) -> CommitTogether[Signed, bool]:
    """The committer, as the service has it."""
    return CommitTogether(partial(keep_signatures, database=backbone.database, vault=backbone.vault))


def signed(one: Signature) -> Signed:
    return Signed(one, traceparent())


def test_a_row_that_postgresql_refuses_fails_alone(office: Office, pool: ThreadPoolExecutor) -> None:
    """Nothing that is typed comes this far; should something ever, the others must not suffer for it."""
    under = office.open()
    keep = together(office.backbone)
    people = [signature(f"person-{number}", under) for number in range(40)]
    people[13] = replace(people[13], language="e\x00n")

    answers = list(pool.map(partial(_outcome, keep), people))

    assert [isinstance(answer, DataError) for answer in answers] == [number == 13 for number in range(40)]
    assert [answer for answer in answers if not isinstance(answer, DataError)] == [True] * 39
    assert {row.supporter_id for row in office.rows()} == {f"person-{n}" for n in range(40) if n != 13}
    assert len(office.posted(SignatureAdded)) == 39


def _outcome(keep: CommitTogether[Signed, bool], one: Signature) -> Any:
    try:
        return keep(signed(one))
    except DataError as error:
        return error


def test_a_batch_over_open_and_closed_petitions_tells_each_its_own(office: Office) -> None:
    open_, closed = office.open(), office.open(slug="closed")
    office.close("closed")
    batch = [signed(signature("ann", open_)), signed(signature("bo", closed)), signed(signature("cy", open_))]

    answers = keep_signatures(batch, office.backbone.database, office.backbone.vault)

    assert answers == [True, False, True]
    assert {event.supporter.id for event in office.posted(SignatureAdded)} == {"ann", "cy"}


def test_a_signature_and_what_tells_of_it_are_kept_together_or_not_at_all(office: Office) -> None:
    under = office.open()
    fine, broken = signature("ann", under), replace(signature("bo", under), language="e\x00n")

    with pytest.raises(DataError):
        keep_signatures([signed(fine), signed(broken)], office.backbone.database, office.backbone.vault)

    assert (office.rows(), office.posted(SignatureAdded)) == ([], [])


def test_closing_waits_for_those_who_are_signing_and_then_turns_all_away(office: Office) -> None:
    under = office.open()
    with office.backbone.database.transaction() as signing:
        Signatures(signing).add([_posted(signature("ann", under))])
        with office.backbone.database.transaction() as closing:
            closing.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                closing.execute(sa.text("UPDATE petitions SET state = 'closed'"))
            closing.rollback()

    office.close()

    assert office.sign().status_code == 410
    assert len(office.rows()) == 1


def _posted(one: Signature) -> Any:
    closed = PetitionClosed(petition=one.petition, campaign=one.campaign, reason="ended")
    return one, "sealed", outbox_row(closed)


def test_while_the_database_is_away_everybody_is_asked_to_come_again(open_office: Office) -> None:
    open_office.client.get(f"/petitions/{SLUG}")
    nowhere = connect("postgresql://groundswell@127.0.0.1:1", "signatures")
    database = open_office.backbone.database
    before, database.engine = database.engine, nowhere.engine

    by_api = open_office.sign()
    by_page = open_office.client.post(f"/petitions/{SLUG}/sign", data=form())
    database.engine = before

    assert (by_api.status_code, by_api.headers["Retry-After"]) == (503, "10")
    assert (by_page.status_code, "Back in a moment" in by_page.text) == (503, True)
    assert open_office.sign().status_code == 201


def test_where_too_many_sign_at_once_the_next_is_told_when_to_come_again(open_office: Office) -> None:
    def turn_away(_: Signing, __: str) -> None:
        raise TooBusy

    signing = Signing(signer=signer(), language="en", consents=consents(), source=Source.PAGE)

    @public
    def busy() -> str:
        take(signing, SLUG, turn_away)
        return "taken"

    open_office.client.application.add_url_rule("/busy", "busy", busy)

    answer = open_office.client.get("/busy", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER_SECONDS))


def test_somebody_who_was_erased_signs_anew_and_can_be_read(open_office: Office) -> None:
    open_office.sign()
    (first,) = open_office.rows()
    open_office.backbone.vault.erase(first.supporter_id)
    open_office.ask(lambda transaction: transaction.execute(sa.text("DELETE FROM signatures")))

    open_office.sign()

    (again,) = open_office.rows()
    assert open_office.opened(again.supporter_id, again.sealed, "signature")["name"] == "Amrit Quaba"
