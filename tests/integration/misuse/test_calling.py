"""The page behind a call-me link, misused: with links that nobody sent, and what cannot be rung."""

from collections.abc import Callable

import pytest

from services.calls.domain.call_campaign import CampaignState
from services.calls.domain.caller import Caller
from services.calls.storage.records import Records
from services.calls.use_cases.draft import draft
from services.calls.use_cases.remember_caller import SEALED_AS
from shared.web.links import call_me_link, unsubscribe_link
from tests.integration.misuse.misuse import (
    FRENCH,
    Misuse,
    Stage,
    assert_told_in_both_languages,
    language_of,
    problems_on,
    wrong,
)
from tests.unit.calls.made import MINISTER, NOON, campaign

PAGE = "/call-me/<token>"
OPEN, CLOSED, DRAFT = "call-in-day", "closed-for-today", "draft"
# Nobody knows their telephone, nor which of the ridings is theirs.
CALLER = "somebody-without-a-telephone"
RIGHT = {"phone": "416 555 0150", "riding": "fallback"}
MISUSES = [
    wrong("no telephone number", phone=None),
    wrong("a telephone number that is none", phone="ring me"),
    wrong("a telephone number that is too long", phone="4" * 300),
    wrong("an area code that cannot be", phone="016 555 0150"),
    wrong("no riding", riding=None),
    wrong("a riding that is not offered", riding="99999"),
    wrong("a riding that is no code", riding="../../etc"),
    wrong("a field that does not exist", surprise="1"),
]


@pytest.fixture(scope="module")
def stage(raise_stage: Callable[..., Stage]) -> Stage:
    """A call campaign that is open, one that is open at other hours, a draft, and somebody who may be rung."""
    stage = raise_stage("calls")
    with stage.backbone.database.transaction() as transaction:
        records = Records(transaction)
        hours = {"daily_from": NOON.replace(hour=1).time(), "daily_until": NOON.replace(hour=2).time()}
        for made in (campaign(slug=OPEN, fallback=MINISTER), campaign(slug=CLOSED, fallback=MINISTER, **hours)):
            draft(made, "organizer-1", records)
        draft(campaign(slug=DRAFT, state=CampaignState.DRAFT), "organizer-1", records)
        records.callers.meet(CALLER)
        sealed = stage.backbone.vault.seal(CALLER, {"postal_code": "M5V2T6"}, SEALED_AS)
        records.callers.keep(Caller(supporter_id=CALLER, sealed=sealed, ridings=()))
    return stage


def link(stage: Stage, slug: str = OPEN, caller: str = CALLER) -> str:
    """Somebody's own link, without the host."""
    settings = stage.backbone.settings
    return call_me_link(settings, caller, slug).removeprefix(settings.public_url)


@pytest.mark.parametrize("misuse", MISUSES, ids=str)
def test_the_page_says_what_is_wrong_in_the_supporters_language(stage: Stage, misuse: Misuse) -> None:
    with stage.nothing_comes_of_it():
        english = stage.client.post(link(stage), data=misuse.of(RIGHT))
        french = stage.client.post(link(stage), data=misuse.of(RIGHT), headers=FRENCH)

    assert_told_in_both_languages(english, french, misuse.names)


@pytest.mark.parametrize("headers", [{}, FRENCH], ids=["en", "fr"])
def test_nobody_is_rung_by_a_link_that_leads_nowhere(stage: Stage, headers: dict[str, str]) -> None:
    settings, own = stage.backbone.settings, link(stage)
    others = unsubscribe_link(settings, CALLER).rpartition("/")[2]
    links = [own[:-1], own.replace(".", "x"), f"/call-me/{others}", "/call-me/x", "/call-me/" + "x" * 5_000]
    links += [link(stage, DRAFT), link(stage, "no-such-campaign"), link(stage, caller="a-stranger")]

    with stage.nothing_comes_of_it():
        answers = [stage.client.post(one, data=RIGHT, headers=headers) for one in links]

    assert {answer.status_code for answer in answers} == {404}
    assert {language_of(answer) for answer in answers} == {"fr" if headers else "en"}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Calls cannot be made right now."), ("fr", "On ne peut pas appeler en ce moment.")]
)
def test_a_telephone_is_not_kept_where_it_cannot_be_rung_now(stage: Stage, language: str, words: str) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(link(stage, CLOSED), data=RIGHT, headers={"Accept-Language": language})

    assert (answer.status_code, language_of(answer)) == (422, language)
    assert words in answer.text


def test_what_is_no_form_is_an_empty_one(stage: Stage) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(link(stage), json=RIGHT)

    assert (answer.status_code, set(problems_on(answer))) == (422, {"phone", "riding"})


def test_a_form_that_is_too_large_is_refused_in_french(stage: Stage) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.client.post(link(stage), data=RIGHT | {"phone": "4" * 70_000}, headers=FRENCH)

    assert (answer.status_code, language_of(answer)) == (413, "fr")


def test_the_stage_takes_what_is_right(stage: Stage) -> None:
    """Or every refusal above would prove nothing. It comes last, as this is kept."""
    assert stage.client.post(link(stage), data=RIGHT).status_code == 303
