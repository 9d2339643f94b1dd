"""The console's forms, misused by an organizer who is signed in, or by a page that forges them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from deploy.rehearsal.forms import call_to_action
from services.organizers.domain.account import Person, Role
from services.organizers.storage.people import People
from services.organizers.use_cases.look_after_accounts import LookAfterAccounts
from shared.domain_events.announcement import CHANNELS, Audience
from shared.web.announcing import sign_count
from shared.web.guard import Who, access_of
from tests.architecture.code import routes
from tests.integration.misuse.drafts import (
    CALLS,
    CAMPAIGNS,
    DRAFTS,
    EVENTS,
    GATHERING,
    NAMED,
    PETITION,
    PETITIONS,
    RIGHT,
)
from tests.integration.misuse.misuse import (
    FRENCH,
    LONG,
    PROGRAM,
    Misuse,
    Stage,
    assert_problem,
    assert_told_in_both_languages,
    language_of,
    wrong,
)

OWNER, PASSWORD = Person("Noor", "noor@example.org"), "four walls and a river"
AUDIENCE = Audience(campaign=NAMED.campaign)
CONFIRMS = {
    f"{PETITIONS}/a-draft/open": f"{PETITIONS}/a-draft/review",
    f"{EVENTS}/a-draft/schedule": f"{EVENTS}/a-draft/review",
    f"{CAMPAIGNS}/a-draft/launch": f"{CAMPAIGNS}/a-draft/review",
    f"{EVENTS}/scheduled/cancel": f"{EVENTS}/scheduled/cancel",
}
OF_AN_ANNOUNCEMENT = [
    wrong("a channel that does not exist", channels=["fax"]),
    wrong("a campaign that is no slug", "audience", audience_campaign="Everybody!"),
    wrong("a petition that is no slug", "audience", audience_petitions="fix_pgwp"),
    wrong("a province that does not exist", audience_provinces=["ZZ"]),
    wrong("a language that nobody speaks", audience_languages=["tlh"]),
    wrong("no count", counted=None),
    wrong("a count that we did not make", counted="212"),
    wrong("a count of somebody else", "counted", audience_campaign="another-campaign"),
    wrong("no words", "wording_en_text", **{name: None for name in call_to_action("x").fields() if "wording" in name}),
    wrong("a text that is too long", wording_fr_text="x" * 641),
    wrong("an e-mail without a subject", wording_en_subject=None),
    wrong("a brace that nobody fills in", wording_en_body="Hello {password}"),
]


@pytest.fixture(scope="module")
def stage(raise_stage: Callable[..., Stage]) -> Stage:
    """All of the console, an owner who is signed in, a draft of each kind, and an event that was announced."""
    stage = raise_stage("organizers", "signatures", "events", "calls", "notifications")
    backbone = stage.backbone
    people = People(backbone.vault, backbone.fingerprints)
    LookAfterAccounts(backbone.database, people, backbone.clock).add(OWNER, Role.OWNER, PASSWORD, "test")
    signing_in = {"email": OWNER.email, "password": PASSWORD}
    assert stage.submit("/console/sign-in", "/console/sign-in", signing_in).status_code == 303
    for page, right in (*RIGHT.items(), (EVENTS, GATHERING | {"slug": "scheduled"})):
        assert stage.submit(f"{page}/new", page, right).status_code == 303
    announced = stage.submit(f"{EVENTS}/scheduled/review", f"{EVENTS}/scheduled/schedule", {})
    assert announced.status_code == 303
    return stage


@pytest.mark.parametrize(("page", "misuse"), DRAFTS, ids=str)
def test_a_form_says_what_is_wrong_in_the_organizers_language(stage: Stage, page: str, misuse: Misuse) -> None:
    right = RIGHT[page] | {"slug": "another-one"}

    with stage.nothing_comes_of_it():
        english = stage.submit(f"{page}/new", page, misuse.of(right))
        french = stage.submit(f"{page}/new", page, misuse.of(right), **FRENCH)

    assert_told_in_both_languages(english, french, misuse.names)


@pytest.mark.parametrize("page", RIGHT)
def test_a_short_name_that_is_taken_is_told(stage: Stage, page: str) -> None:
    with stage.nothing_comes_of_it():
        english = stage.submit(f"{page}/new", page, RIGHT[page])
        french = stage.submit(f"{page}/new", page, RIGHT[page], **FRENCH)

    assert_told_in_both_languages(english, french, ("slug",))


@pytest.mark.parametrize("page", RIGHT)
def test_a_draft_is_not_changed_into_what_is_wrong(stage: Stage, page: str) -> None:
    edit = f"{page}/a-draft/edit"

    with stage.nothing_comes_of_it():
        english = stage.submit(edit, edit, RIGHT[page] | {"campaign": "?"})
        french = stage.submit(edit, edit, RIGHT[page] | {"campaign": "?"}, **FRENCH)

    assert_told_in_both_languages(english, french, ("campaign",))


def announcement(stage: Stage, misuse: Misuse | None = None) -> MultiDict[str, Any]:
    """What a review page sends: counted, in words, unless something is wrong with it."""
    secret, channels = stage.backbone.settings.secret_key, tuple(CHANNELS)
    right = {
        **call_to_action(NAMED.campaign).fields(),
        "channels": list(channels),
        "audience_campaign": NAMED.campaign,
        "wording_en_body": "Hello {first_name}",
        "wording_fr_body": "Bonjour {first_name}",
        "wording_en_text": "Hello {first_name}",
        "wording_fr_text": "Bonjour {first_name}",
        "counted": sign_count(secret, AUDIENCE, channels, 2, 3, 1),
    }
    return MultiDict(misuse.of(right) if misuse else right)


@pytest.mark.parametrize("misuse", OF_AN_ANNOUNCEMENT, ids=str)
@pytest.mark.parametrize("action", CONFIRMS)
def test_nothing_is_announced_that_is_not_whole(stage: Stage, action: str, misuse: Misuse) -> None:
    fields = announcement(stage, misuse)

    with stage.nothing_comes_of_it():
        answer = stage.submit(CONFIRMS[action], action, fields, **PROGRAM)
        page = stage.submit(CONFIRMS[action], action, fields, **FRENCH)

    assert_problem(answer, 422, misuse.names)
    assert (page.status_code, language_of(page)) == (422, "fr")


@pytest.mark.parametrize("misuse", OF_AN_ANNOUNCEMENT[:5], ids=str)
def test_nobody_is_counted_who_cannot_be_meant(stage: Stage, misuse: Misuse) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.submit("/console", "/console/audiences/count", announcement(stage, misuse), **PROGRAM)

    assert_problem(answer, 422, misuse.names)


OF_OTHER_FORMS: list[tuple[str, str, dict[str, str], int, tuple[str, ...]]] = [
    (f"{PETITIONS}/a-draft/review", f"{PETITIONS}/a-draft/close", {"reason": "bored"}, 422, ("reason",)),
    (f"{PETITIONS}/a-draft/review", f"{PETITIONS}/a-draft/close", {"reason": "won"}, 409, ()),
    (f"{PETITIONS}/a-draft/review", f"{PETITIONS}/no-such-petition/open", {}, 409, ()),
    (f"{PETITIONS}/a-draft/review", f"{PETITIONS}/no-such-petition/edit", PETITION, 409, ()),
    (f"{EVENTS}/a-draft/review", f"{EVENTS}/no-such-event/schedule", {}, 409, ()),
    (f"{EVENTS}/a-draft/review", f"{EVENTS}/no-such-event/edit", GATHERING, 409, ()),
    (f"{EVENTS}/a-draft/review", f"{EVENTS}/a-draft/cancel", {}, 409, ()),
    (f"{CAMPAIGNS}/a-draft/review", f"{CAMPAIGNS}/no-such-campaign/launch", {}, 409, ()),
    (f"{CAMPAIGNS}/a-draft/review", f"{CAMPAIGNS}/no-such-campaign/edit", CALLS, 409, ()),
    (f"{CAMPAIGNS}/a-draft/review", f"{CAMPAIGNS}/a-draft/end", {}, 409, ()),
    ("/console", f"/console/broadcasts/{'0' * 8}-0000-7000-8000-{'0' * 12}/stop", {}, 404, ()),
    (
        "/console",
        f"/console/broadcasts/{'0' * 8}-0000-7000-8000-{'0' * 12}/approve",
        {"texts": "1", "emails": "1", "rings": "1"},
        404,
        (),
    ),
    ("/console", f"/console/broadcasts/{'0' * 8}-0000-7000-8000-{'0' * 12}/approve", {"texts": "-1"}, 422, ("texts",)),
    ("/console", "/console/broadcasts/1/approve", {"texts": "1"}, 404, ()),
]


@pytest.mark.parametrize(("page", "action", "fields", "status", "names"), OF_OTHER_FORMS)
def test_what_cannot_be_done_is_not(
    stage: Stage, page: str, action: str, fields: dict[str, str], status: int, names: tuple[str, ...]
) -> None:
    with stage.nothing_comes_of_it():
        answer = stage.submit(page, action, fields, **PROGRAM)
        french = stage.submit(page, action, fields, **FRENCH)

    assert_problem(answer, status, names)
    assert (french.status_code, language_of(french)) == (status, "fr")


OF_AN_ERASURE = [
    wrong("nobody", "email", email=None, phone=None),
    wrong("an address that is none", email="amrit"),
    wrong("a number that is none", phone="12345"),
    wrong("not sure", sure=None),
    wrong("neither sure nor not", sure="perhaps"),
    wrong("a field that does not exist", surprise="1"),
]


@pytest.mark.parametrize("misuse", OF_AN_ERASURE, ids=str)
def test_nobody_is_erased_by_mistake(stage: Stage, misuse: Misuse) -> None:
    right = {"email": "amrit@example.org", "phone": "416 555 0150", "sure": "true"}

    with stage.nothing_comes_of_it():
        english = stage.submit("/console/erase", "/console/erase", misuse.of(right))
        french = stage.submit("/console/erase", "/console/erase", misuse.of(right), **FRENCH)

    assert_told_in_both_languages(english, french, misuse.names)


@pytest.mark.parametrize("email", ["", "amrit", LONG, "amrit@example.org\0"])
@pytest.mark.parametrize("password", ["", "wrong", LONG])
def test_whoever_cannot_sign_in_is_told_no_more_than_that(stage: Stage, email: str, password: str) -> None:
    """That somebody tried is counted and noted, and nothing else is."""
    stranger = Stage(stage.client.application.test_client(), stage.backbones, stage.vault)
    typed = {"email": email, "password": password}

    with stage.nothing_comes_of_it(but=frozenset({"sign_in_tries", "audit_log"})):
        answer = stranger.submit("/console/sign-in", "/console/sign-in", typed, **FRENCH)

    assert (answer.status_code in (401, 429), language_of(answer)) == (True, "fr")
    assert "Set-Cookie" not in answer.headers or "groundswell" in answer.headers["Set-Cookie"]


def forms_of_the_console() -> list[str]:
    """The address of every form of the console, with names in it that exist."""
    named = {"<slug>": "a-draft", "<uuid:broadcast_id>": "01a210bd-bfed-7c5a-befc-38e2fd98eadf"}
    found = []
    for route, view in routes().items():
        method, address = route.split()
        if method == "POST" and access_of(view, method).who in (Who.ORGANIZER, Who.VISITOR):
            for name, value in named.items():
                address = address.replace(name, value)
            found.append(address)
    return sorted(found)


def forge(stage: Stage, address: str, **fields: str) -> list[TestResponse]:
    """What another site's page could have an organizer's browser send."""
    app: Flask = stage.client.application
    others = Stage(app.test_client(), stage.backbones, stage.vault)
    token = others.client.get("/console/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    return [
        stage.client.post(address, data=fields),
        stage.client.post(address, data=fields | {"csrf_token": "x"}),
        stage.client.post(address, data=fields | {"csrf_token": token}),
        stage.client.post(address, json=fields),
    ]


@pytest.mark.parametrize("address", forms_of_the_console())
def test_a_form_that_did_not_come_from_a_page_of_ours_is_refused(stage: Stage, address: str) -> None:
    with stage.nothing_comes_of_it():
        answers = forge(stage, address, reason="won", texts="1", emails="1", rings="1")

    assert [answer.status_code for answer in answers] == [400, 400, 400, 400]


def test_the_stage_takes_what_is_right(stage: Stage) -> None:
    """Or every refusal above would prove nothing. It comes last, as this is kept."""
    for page, right in RIGHT.items():
        assert stage.submit(f"{page}/new", page, right | {"slug": "another-one"}).status_code == 303
    for action, page in CONFIRMS.items():
        assert stage.submit(page, action, announcement(stage)).status_code == 303, action
    assert stage.submit("/console/erase", "/console/erase", {"email": "a@example.org", "sure": "1"}).status_code == 303
