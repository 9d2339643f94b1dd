"""Signing through the API, down to the rows and the outbox."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.signatures.domain.petition import PetitionState
from services.signatures.use_cases.keep_signatures import SEALED_AS
from shared.domain_events.signatures import SignatureAdded
from tests.integration.signatures.office import CONSENTS, Office, body

SIGNER = {"name": "Amrit Quaba", "email": "amrit@example.org", "phone": "+14165550123", "postal_code": "M5V2T6"}


def test_a_signature_is_kept_and_posted_before_it_is_answered(open_office: Office) -> None:
    answer = open_office.sign()

    assert (answer.status_code, answer.json) == (201, {"petition": "fix-pgwp", "status": "signed"})
    (row,) = open_office.rows()
    (event,) = open_office.posted(SignatureAdded)
    assert (event.signature_id, event.supporter.id) == (str(row.id), row.supporter_id)
    assert (event.petition, event.campaign, event.language) == ("fix-pgwp", "status-for-all", "en")
    assert (event.has_email, event.has_phone, event.signed_at) == (True, True, row.signed_at)
    assert (row.source, row.counted) == ("api", False)


def test_what_identifies_somebody_is_sealed_apart_for_rest_and_for_travel(open_office: Office) -> None:
    open_office.sign()

    (row,) = open_office.rows()
    (event,) = open_office.posted(SignatureAdded)
    assert open_office.opened(row.supporter_id, row.sealed, SEALED_AS) == SIGNER
    assert open_office.opened(row.supporter_id, event.supporter.sealed, SignatureAdded.type) == SIGNER
    for personal in ("Amrit", "amrit@", "5550123", "M5V2T6"):
        assert personal not in str(row) + str(event)


def test_consents_are_kept_with_the_wording_that_was_shown(open_office: Office) -> None:
    open_office.sign(consents={**CONSENTS, "language": "fr"}, language="en")

    (row,) = open_office.rows()
    (event,) = open_office.posted(SignatureAdded)
    assert (row.consent_email, row.consent_text, row.consent_call) == (True, True, False)
    assert (row.consent_wording, row.consent_language) == ("2026-11", "fr")
    assert vars(event.consents) == {**CONSENTS, "language": "fr"}


def test_a_consent_without_an_address_is_not_kept(open_office: Office) -> None:
    open_office.sign(phone=None, consents={**CONSENTS, "call": True})

    (event,) = open_office.posted(SignatureAdded)
    assert (event.consents.email, event.consents.text, event.consents.call) == (True, False, False)


def test_without_consents_there_are_none(open_office: Office) -> None:
    assert open_office.sign(consents=None).status_code == 201

    (row,) = open_office.rows()
    assert (row.consent_email, row.consent_text, row.consent_call) == (False, False, False)


def test_a_second_signature_answers_the_same_and_changes_nothing(open_office: Office) -> None:
    first = open_office.sign()

    second = open_office.sign(name="Another Name", consents=None)

    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert len(open_office.rows()) == 1
    assert len(open_office.posted(SignatureAdded)) == 1


@pytest.mark.parametrize(
    "written", ["Amrit@Example.org", "amrit+1@example.org", " amrit@example.org ", "AMRIT+x.y@EXAMPLE.ORG"]
)
def test_one_mailbox_written_otherwise_is_the_same_person(open_office: Office, written: str) -> None:
    open_office.sign()

    assert open_office.sign(email=written).status_code == 201
    assert len(open_office.rows()) == 1


def test_dots_do_not_tell_mailboxes_apart_where_they_do_not_count(open_office: Office) -> None:
    for written in ("a.m.r.i.t@gmail.com", "amrit@googlemail.com", "amrit+pgwp@gmail.com"):
        open_office.sign(email=written)

    assert len(open_office.rows()) == 1


def test_who_has_only_a_telephone_signs_with_it(open_office: Office) -> None:
    first = open_office.sign(email=None)
    again = open_office.sign(email=None, phone="+1 (416) 555-0123")

    assert (first.status_code, again.status_code) == (201, 201)
    (event,) = open_office.posted(SignatureAdded)
    assert (event.has_email, event.has_phone) == (False, True)


def test_two_people_sign_one_petition_and_one_person_two(open_office: Office) -> None:
    open_office.open(slug="care-for-all")

    open_office.sign()
    open_office.sign(email="blessing@example.org")
    open_office.sign("care-for-all")

    assert len(open_office.rows()) == 3
    assert len({row.supporter_id for row in open_office.rows()}) == 2


@pytest.mark.parametrize("name", ["李小龍", "ਗੁਰਲੀਨ ਕੌਰ", "نور", "O’Neill-Núñez", "Zoë 👩‍🌾", "X"])
def test_a_name_in_any_script_is_taken_as_it_is(open_office: Office, name: str) -> None:
    assert open_office.sign(name=name).status_code == 201

    (row,) = open_office.rows()
    assert open_office.opened(row.supporter_id, row.sealed, SEALED_AS)["name"] == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "12345"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Am\x00rit"}, "name"),
        ({"name": "Am\u202erit"}, "name"),
        ({"name": ["Amrit"]}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "am\x00rit@example.org"}, "email"),
        ({"email": "a" * 250 + "@example.org"}, "email"),
        ({"email": None, "phone": None}, "email"),
        ({"phone": "555"}, "phone"),
        ({"postal_code": None}, "postal_code"),
        ({"postal_code": "90210"}, "postal_code"),
        ({"postal_code": "D5V 2T6"}, "postal_code"),
        ({"postal_code": "M5V 2T\x006"}, "postal_code"),
        ({"language": "tlh"}, "language"),
        ({"consents": {"email": "yes"}}, "consents"),
        ({"consents": {"email": True}}, "consents"),
        ({"consents": {**CONSENTS, "wording": "1999-01"}}, "consents"),
        ({"consents": {**CONSENTS, "fax": True}}, "consents"),
        ({"consents": True}, "consents"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_cannot_be_right_is_refused_by_field(open_office: Office, changes: dict[str, Any], field: str) -> None:
    answer = open_office.sign(**changes)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert list(answer.get_json()["fields"]) == [field]
    assert open_office.rows() == []


def test_half_a_character_is_refused(open_office: Office) -> None:
    answer = open_office.client.post(
        "/petitions/fix-pgwp/signatures", data=r'{"name": "\ud83d"}', content_type="application/json"
    )

    assert answer.status_code == 400


def test_problems_are_told_in_french_where_french_is_read(open_office: Office) -> None:
    answer = open_office.client.post(
        "/petitions/fix-pgwp/signatures",
        json=body(name=None, email=None, phone=None, consents={"email": True}),
        headers={"Accept-Language": "fr-CA"},
    )

    assert answer.get_json()["fields"] == {
        "name": ["Remplissez ce champ."],
        "email": ["Indiquez une adresse de courriel ou un numéro de téléphone."],
        "consents": ["Indiquez quelle version du texte a été montrée, et dans quelle langue."],
    }


def test_a_petition_that_is_not_there_and_a_draft_are_unknown_alike(office: Office) -> None:
    office.open(state=PetitionState.DRAFT, opened_at=None)

    draft, nothing = office.sign(), office.sign("nothing-here")

    assert (draft.status_code, draft.json) == (nothing.status_code, nothing.json)
    assert draft.status_code == 404


def test_a_closed_petition_says_so(open_office: Office) -> None:
    open_office.close()

    answer = open_office.sign()

    assert (answer.status_code, answer.get_json()["title"]) == (410, "This petition is closed")


def test_a_petition_that_was_closed_while_it_was_thought_open_takes_nothing(open_office: Office) -> None:
    open_office.crowd(1)
    open_office.close()

    answer = open_office.sign()

    assert answer.status_code == 410
    assert len(open_office.rows()) == 1
    assert len(open_office.posted(SignatureAdded)) == 1


@pytest.mark.parametrize(
    ("data", "type_", "status"),
    [
        (b"name=Amrit", "application/x-www-form-urlencoded", 415),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"Amrit"', "application/json", 422),
        (b"null", "application/json", 422),
        (b"[" * 5_000 + b"]" * 5_000, "application/json", 400),
        (b'{"name": "' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_signature_at_all_is_refused(open_office: Office, data: bytes, type_: str, status: int) -> None:
    answer = open_office.client.post("/petitions/fix-pgwp/signatures", data=data, content_type=type_)

    assert (answer.status_code, answer.get_json()["status"]) == (status, status)
    assert open_office.rows() == []


def test_the_trace_of_the_request_goes_with_the_domain_event(open_office: Office) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    open_office.client.post(
        "/petitions/fix-pgwp/signatures", json=body(), headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    )

    told = open_office.ask(lambda transaction: transaction.scalar(sa.text("SELECT traceparent FROM outbox")))
    assert trace in told


def test_the_words_beside_the_boxes_are_told_with_what_to_send_back(open_office: Office) -> None:
    told = open_office.client.get("/consent-wordings").get_json()

    assert [(one["version"], one["language"]) for one in told] == [("2026-11", "en"), ("2026-11", "fr")]
    assert "replying STOP" in told[0]["text"]
    sent = {**CONSENTS, "wording": told[1]["version"], "language": told[1]["language"]}
    assert open_office.sign(consents=sent).status_code == 201
