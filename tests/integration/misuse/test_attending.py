"""Saying that one comes, misused: on the gathering's page and through the API."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.events.domain.attendance import Attendance, Via
from services.events.domain.gathering import Gathering, State
from services.events.domain.when import When
from services.events.storage.attendances import Attendances
from services.events.storage.gatherings import Gatherings
from shared.identifiers import new_id
from tests.integration.events.hall import ADA
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
from tests.unit.calls.made import NOON
from tests.unit.events.gatherings import rally

FORM, API = "/events/{}/attend", "/events/{}/attendances"
RALLY = rally().slug

OF_A_GUEST = [
    wrong("no name", name=None),
    wrong("a name without a letter", name="555"),
    wrong("a name that is too long", name="A" * 101),
    wrong("a name that is far too long", name=LONG),
    wrong("a name with a line break", name="Ada\nLim"),
    wrong("an e-mail address that is none", email="ada at example.org"),
    wrong("an e-mail address that is too long", email="a" * 250 + "@example.org"),
    wrong("neither e-mail address nor telephone", "email", email=None, phone=None),
    wrong("a telephone number that is none", phone="12345"),
    wrong("an unknown language", language="tlh"),
    wrong("a field that does not exist", surprise="1"),
    wrong("several at once", name=None, phone="x", language="english"),
]
THROUGH_THE_API = [
    *OF_A_GUEST,
    wrong("a name that is an object", name={"first": "Ada"}),
    wrong("a telephone number that is a number", phone=4165550123),
    wrong("an e-mail address that is a list", email=["ada@example.org"]),
    wrong("a language that is true", language=True),
]


@pytest.fixture(scope="module")
def stage(raise_stage: Callable[..., Stage]) -> Stage:
    """A rally, and others that take nobody: a draft, one that was called off, one that is over, one that is full."""
    stage = raise_stage("events")
    with stage.backbone.database.transaction() as transaction:
        gatherings, attendances = Gatherings(transaction), Attendances(transaction)
        for made in (
            rally(),
            rally(slug="draft", state=State.DRAFT),
            rally(slug="off", state=State.CANCELLED),
            _begun_at(NOON - timedelta(days=3), rally(slug="over")),
            rally(slug="full", capacity=1),
        ):
            gatherings.add(made, "organizer-1")
        attendances.keep(_attendance("full"))
    return stage


def _begun_at(starts: datetime, gathering: Gathering) -> Gathering:
    starts = starts.replace(tzinfo=None)
    return replace(gathering, when=When(starts=starts, ends=starts + timedelta(hours=1), time_zone="America/Toronto"))


def _attendance(slug: str) -> Attendance:
    return Attendance(
        id=new_id(),
        gathering=slug,
        supporter_id="somebody",
        via=Via.PAGE,
        answered_at=NOON,
        language="en",
        sealed="ciphertext",
    )


@pytest.mark.parametrize("misuse", OF_A_GUEST, ids=str)
def test_the_page_says_what_is_wrong_in_the_guests_language(stage: Stage, misuse: Misuse) -> None:
    with stage.nothing_comes_of_it():
        english = stage.client.post(FORM.format(RALLY), data=misuse.of(ADA))
        french = stage.client.post(FORM.format(RALLY), data=misuse.of(ADA), headers=FRENCH)

    assert_told_in_both_languages(english, french, misuse.names)


@pytest.mark.parametrize("misuse", THROUGH_THE_API, ids=str)
def test_the_api_names_the_field_that_is_wrong(stage: Stage, misuse: Misuse) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(API.format(RALLY), json=misuse.of(ADA))

    assert_problem(answer, 422, misuse.names)


@pytest.mark.parametrize(
    ("slug", "status"), [("off", 410), ("over", 410), ("full", 409), ("draft", 404), ("no-such-event", 404)]
)
@pytest.mark.parametrize("headers", [{}, FRENCH], ids=["en", "fr"])
def test_nobody_comes_to_what_takes_nobody(stage: Stage, slug: str, status: int, headers: dict[str, str]) -> None:
    with stage.nothing_comes_of_it():
        page = stage.client.post(FORM.format(slug), data=ADA, headers=headers)
        answer = stage.client.post(API.format(slug), json=ADA, headers=headers)

    assert (page.status_code, language_of(page)) == (status, "fr" if headers else "en")
    assert_problem(answer, status)


@pytest.mark.parametrize(
    ("data", "type_", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 422),
        (b"name=Ada", "application/x-www-form-urlencoded", 415),
        (b'{"name": "' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_answer_at_all_is_refused(stage: Stage, data: bytes, type_: str, status: int) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(API.format(RALLY), data=data, content_type=type_)

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize("sent", [{"json": ADA}, {"data": b"\xff", "content_type": "text/plain"}])
def test_what_is_no_form_is_an_empty_one(stage: Stage, sent: dict[str, Any]) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(FORM.format(RALLY), **sent)

    assert (answer.status_code, "name" in problems_on(answer)) == (422, True)


def test_the_stage_takes_what_is_right(stage: Stage) -> None:
    """Or every refusal above would prove nothing. It comes last, as this is kept."""
    assert stage.client.post(API.format(RALLY), json=ADA).status_code == 201
    assert stage.client.post(FORM.format(RALLY), data=ADA | {"email": "b@example.org"}).status_code == 303
