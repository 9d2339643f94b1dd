"""Signing, misused: on the petition's page and through the API."""

from collections.abc import Callable
from typing import Any

import pytest

from services.signatures.domain.petition import ClosingReason, PetitionState
from services.signatures.storage.petitions import Petitions
from services.signatures.use_cases.close import close_petition
from tests.integration.misuse.misuse import (
    FRENCH,
    LONG,
    Misuse,
    Stage,
    assert_problem,
    assert_told_in_both_languages,
    language_of,
    problems_on,
    wrong,
)
from tests.integration.signatures.office import CONSENTS, body, form
from tests.unit.signatures.made import petition

FORM, API = "/petitions/{}/sign", "/petitions/{}/signatures"
OPEN, CLOSED, DRAFT, NONE = "fix-pgwp", "closed-one", "drafted-one", "no-such-petition"

OF_A_SIGNER = [
    wrong("no name", name=None),
    wrong("a name of spaces", name=" \t "),
    wrong("a name without a letter", name="555"),
    wrong("a name that is too long", name="A" * 101),
    wrong("a name that is far too long", name=LONG),
    wrong("a name with a NUL", name="Am\0rit"),
    wrong("a name that is turned around", name="Am\u202erit"),
    wrong("an e-mail address without an at sign", email="amrit.example.org"),
    wrong("an e-mail address without a domain", email="amrit@"),
    wrong("two e-mail addresses", email="a@example.org, b@example.org"),
    wrong("an e-mail address with a line break", email="a@example.org\r\nBcc: b@example.org"),
    wrong("an e-mail address that is too long", email="a" * 250 + "@example.org"),
    wrong("neither e-mail address nor telephone", "email", email=None, phone=None),
    wrong("a telephone number that is too short", phone="555 0123"),
    wrong("a telephone number of letters", phone="call me"),
    wrong("a telephone number that is too long", phone="4" * 300),
    wrong("an area code that does not exist", phone="+1 000 555 0123"),
    wrong("no postal code", postal_code=None),
    wrong("an American postal code", postal_code="90210"),
    wrong("a postal code with a letter that none has", postal_code="D5V 2T6"),
    wrong("a postal code that is too long", postal_code="M5V 2T6" * 100),
    wrong("an unknown language", language="tlh"),
    wrong("a field that does not exist", surprise="1"),
    wrong("several at once", name=None, email="nobody", postal_code="1"),
]
ON_THE_PAGE = [
    *OF_A_SIGNER,
    wrong("a box with another value", consent_text="perhaps"),
    wrong("a wording that never was", wording="1999-01"),
    wrong("no wording", wording=None),
    wrong("a wording in an unknown language", wording_language="tlh"),
]
THROUGH_THE_API = [
    *OF_A_SIGNER,
    wrong("a name that is a number", name=1),
    wrong("a name that is a list", name=["Amrit"]),
    wrong("an e-mail address that is an object", email={"address": "amrit@example.org"}),
    wrong("a telephone number that is a number", phone=4165550123),
    wrong("a postal code that is true", postal_code=True),
    wrong("a language that is a list", language=["en"]),
    wrong("consents that are a list", consents=[]),
    wrong("a consent that is a word", consents={**CONSENTS, "email": "yes"}),
    wrong("a consent that is a number", consents={**CONSENTS, "text": 1}),
    wrong("a consent without its words", consents={"call": True}),
    wrong("a consent to something else", consents={**CONSENTS, "fax": True}),
    wrong("a wording that is a number", consents={**CONSENTS, "wording": 202611}),
]


@pytest.fixture(scope="module")
def stage(raise_stage: Callable[..., Stage]) -> Stage:
    """One petition that is open, one that is closed, and a draft."""
    stage = raise_stage("signatures")
    backbone = stage.backbone
    with backbone.database.transaction() as transaction:
        petitions = Petitions(transaction)
        for slug in (OPEN, CLOSED):
            petitions.add(petition(slug=slug), "organizer-1", backbone.clock())
        petitions.add(petition(slug=DRAFT, state=PetitionState.DRAFT, opened_at=None), "organizer-1", backbone.clock())
        close_petition(CLOSED, ClosingReason.ENDED, petitions, backbone.clock())
    return stage


@pytest.mark.parametrize("misuse", ON_THE_PAGE, ids=str)
def test_the_page_says_what_is_wrong_in_the_supporters_language(stage: Stage, misuse: Misuse) -> None:
    with stage.nothing_comes_of_it():
        english = stage.client.post(FORM.format(OPEN), data=misuse.of(form()))
        french = stage.client.post(FORM.format(OPEN), data=misuse.of(form()), headers=FRENCH)

    assert_told_in_both_languages(english, french, misuse.names)


def test_the_page_keeps_to_a_language_that_was_chosen_by_hand(stage: Stage) -> None:
    answer = stage.client.post(f"{FORM.format(OPEN)}?lang=fr", data={}, headers={"Accept-Language": "en"})

    assert language_of(answer) == "fr"
    assert problems_on(answer)["name"] == "Remplissez ce champ."


@pytest.mark.parametrize("misuse", THROUGH_THE_API, ids=str)
def test_the_api_names_the_field_that_is_wrong(stage: Stage, misuse: Misuse) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(API.format(OPEN), json=misuse.of(body()))

    assert_problem(answer, 422, misuse.names)


@pytest.mark.parametrize(("slug", "status"), [(CLOSED, 410), (DRAFT, 404), (NONE, 404), ("FIX PGWP", 404)])
@pytest.mark.parametrize("headers", [{}, FRENCH], ids=["en", "fr"])
def test_nobody_signs_what_cannot_be_signed(stage: Stage, slug: str, status: int, headers: dict[str, str]) -> None:
    with stage.nothing_comes_of_it():
        page = stage.client.post(FORM.format(slug), data=form(), headers=headers)
        answer = stage.client.post(API.format(slug), json=body(), headers=headers)

    assert (page.status_code, language_of(page)) == (status, "fr" if headers else "en")
    assert_problem(answer, status)


NO_SIGNATURES: list[tuple[bytes, str, int]] = [
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b'{"name": NaN}', "application/json", 400),
    (b'{"name": "\xff\xfe"}', "application/json", 400),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json", 400),
    (b"null", "application/json", 422),
    (b"[]", "application/json", 422),
    (b'"Amrit"', "application/json", 422),
    (b"{}", "text/plain", 415),
    (b"{}", "", 415),
    (b"<signature/>", "application/xml", 415),
    (b"name=Amrit", "application/x-www-form-urlencoded", 415),
    (b'{"name": "' + b"x" * 70_000 + b'"}', "application/json", 413),
]


@pytest.mark.parametrize(("data", "type_", "status"), NO_SIGNATURES)
def test_what_is_no_signature_at_all_is_refused(stage: Stage, data: bytes, type_: str, status: int) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(API.format(OPEN), data=data, content_type=type_)

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize(
    "sent",
    [
        {"json": body()},
        {"data": b"\x00\xff", "content_type": "application/octet-stream"},
        {"data": b"--x\r\nno part", "content_type": "multipart/form-data; boundary=x"},
        {"data": {}},
    ],
)
def test_what_is_no_form_is_an_empty_one(stage: Stage, sent: dict[str, Any]) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(FORM.format(OPEN), **sent)

    assert answer.status_code == 422
    assert {"name", "postal_code"} <= problems_on(answer).keys()


def test_a_form_that_is_too_large_is_refused_in_french(stage: Stage) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(FORM.format(OPEN), data=form(name="x" * 70_000), headers=FRENCH)

    assert (answer.status_code, language_of(answer)) == (413, "fr")


def test_the_stage_takes_what_is_right(stage: Stage) -> None:
    """Or every refusal above would prove nothing. It comes last, as this is kept."""
    assert stage.client.post(API.format(OPEN), json=body()).status_code == 201
    assert stage.client.post(FORM.format(OPEN), data=form(email="b@example.org")).status_code == 303
