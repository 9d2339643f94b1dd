"""Who may do what, and how a session begins and ends."""

import pytest
from flask import Flask

from shared.web.guard import Access, Who, access_of, organizer_role
from tests.unit.web.sample import AMRIT, OWNER, StandingClock, sample_app, sample_settings, sign_in, visit


def test_anybody_may_see_a_public_page_and_gets_no_cookie() -> None:
    answer = visit(sample_app().test_client(), "/open")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_anybody_may_post_to_a_public_page_without_a_token() -> None:
    answer = sample_app().test_client().post("/open", data={"name": "Mei Chen"})

    assert answer.get_json() == {
        "values": {"name": "Mei Chen", "email": None, "phone": None, "words": ""},
        "problems": {},
    }


def test_a_view_without_a_mark_is_for_organizers() -> None:
    def view() -> str:
        return ""

    assert access_of(view, "GET") == Access(Who.ORGANIZER, "organizer")


def test_a_browser_is_sent_to_the_sign_in_page_with_the_way_back() -> None:
    answer = visit(sample_app().test_client(), "/console/page?lang=fr&a=b")

    assert answer.status_code == 302
    assert answer.location == "/console/sign-in?next=%2Fconsole%2Fpage%3Flang%3Dfr%26a%3Db"


def test_the_way_back_is_a_path_of_ours_whatever_host_was_named() -> None:
    answer = visit(sample_app().test_client(), "//evil.example/console/page", Host="evil.example")

    assert "evil.example" not in answer.headers.get("Location", "").partition("?")[0]
    assert visit(sample_app().test_client(), "/console/page", Host="evil.example").location.startswith("/console/")


def test_a_program_and_a_form_are_told_to_sign_in() -> None:
    client = sample_app().test_client()

    program = client.get("/console/page", headers={"Accept": "application/json"})
    form = client.post("/console/page", headers={"Accept": "text/html"})

    assert (program.status_code, program.content_type) == (401, "application/problem+json")
    assert (form.status_code, "Please sign in" in form.text) == (401, True)


def test_an_organizer_who_is_signed_in_may_change_things_with_the_token_of_the_session() -> None:
    client = sample_app().test_client()
    token = sign_in(client)

    by_field = client.post("/console/page", data={"csrf_token": token})
    by_header = client.post("/console/page", headers={"X-CSRFToken": token})

    assert (by_field.text, by_header.text) == (AMRIT.name, AMRIT.name)


@pytest.mark.parametrize("token", [None, "", "wrong", "IjAi.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_without_the_token_of_the_session_nothing_is_changed(token: str | None) -> None:
    client = sample_app().test_client()
    sign_in(client)

    answer = client.post(
        "/console/page", data={"csrf_token": token} if token is not None else {}, headers={"Accept": "text/html"}
    )

    assert answer.status_code == 400
    assert "This page is too old" in answer.text


def test_the_token_of_another_session_does_not_help() -> None:
    app = sample_app()
    client, other = app.test_client(), app.test_client()
    sign_in(client)

    answer = client.post("/console/page", data={"csrf_token": sign_in(other)})

    assert answer.status_code == 400


def test_the_sign_in_page_needs_a_token_too() -> None:
    client = sample_app().test_client()

    assert client.get("/visit").status_code == 200
    assert client.post("/visit").status_code == 400


def test_what_is_for_owners_is_refused_to_organizers() -> None:
    app = sample_app()
    organizer, owner = app.test_client(), app.test_client()
    sign_in(organizer)
    sign_in(owner, OWNER)

    refused, given = visit(organizer, "/console/owners"), visit(owner, "/console/owners")

    assert (refused.status_code, "for owners only" in refused.text) == (403, True)
    assert (given.status_code, given.text) == (200, "owners")
    assert visit(owner, "/console/page").status_code == 200


def test_each_method_of_a_view_class_has_a_mark_of_its_own() -> None:
    app = sample_app()
    stranger, organizer, owner = app.test_client(), app.test_client(), app.test_client()
    organizer_token, owner_token = sign_in(organizer), sign_in(owner, OWNER)

    assert stranger.get("/both").text == "read"
    assert stranger.put("/both").status_code == 401
    assert organizer.put("/both", headers={"X-CSRFToken": organizer_token}).status_code == 403
    assert owner.put("/both", headers={"X-CSRFToken": owner_token}).text == "changed"


def test_there_is_no_role_that_nobody_has() -> None:
    with pytest.raises(ValueError, match="no role admin"):
        organizer_role("admin")


def test_a_session_ends_twelve_hours_after_it_began_whatever_is_done_in_it() -> None:
    clock = StandingClock()
    client = sample_app(clock).test_client()
    sign_in(client)

    clock.move(hours=11, minutes=59)
    during = visit(client, "/console/page")
    clock.move(minutes=1)
    after = visit(client, "/console/page")

    assert (during.status_code, after.status_code) == (200, 302)


def test_a_cookie_that_was_changed_is_nobodys() -> None:
    client = sample_app().test_client()
    sign_in(client)
    cookie = client.get_cookie("groundswell")
    assert cookie is not None

    client.set_cookie("groundswell", ("A" if cookie.value[0] != "A" else "B") + cookie.value[1:])

    assert visit(client, "/console/page").status_code == 302


def test_a_cookie_is_worth_nothing_where_another_key_is_set() -> None:
    client = sample_app().test_client()
    sign_in(client)
    cookie = client.get_cookie("groundswell")
    assert cookie is not None
    settings = sample_settings()
    object.__setattr__(settings, "secret_key", "t" * 32)
    elsewhere = sample_app(settings=settings).test_client()

    elsewhere.set_cookie("groundswell", cookie.value)

    assert visit(elsewhere, "/console/page").status_code == 302


@pytest.mark.parametrize(
    ("public_url", "secure"), [("http://127.0.0.1:8000", False), ("https://act.example.org", True)]
)
def test_the_cookie_is_kept_from_scripts_and_other_sites(public_url: str, secure: bool) -> None:
    client = sample_app(settings=sample_settings(public_url)).test_client()

    cookie = client.post("/test/sign-in", json=vars(AMRIT)).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


def test_where_sessions_can_be_checked_one_that_was_ended_is_nobodys() -> None:
    app = sample_app()
    client = app.test_client()
    sign_in(client)
    asked: list[str] = []

    def is_open(session_id: str) -> bool:
        asked.append(session_id)
        return len(asked) == 1

    app.extensions["groundswell.is_open"] = is_open

    assert visit(client, "/console/page").status_code == 200
    assert visit(client, "/console/page").status_code == 302
    assert len(asked) == 2
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("path", "allowed"), [("/open", 64 * 1024), ("/webhooks/twilio", 2 * 1024 * 1024), ("/console/page", 1024 * 1024)]
)
def test_a_body_may_be_as_large_as_its_kind_of_view_needs(path: str, allowed: int) -> None:
    client = sample_app().test_client()
    token = sign_in(client)
    headers = {"X-CSRFToken": token, "Accept": "text/html"}

    answer = client.post(
        path, data=b"x" * (allowed + 1), content_type="application/x-www-form-urlencoded", headers=headers
    )

    assert answer.status_code == 413


def test_every_view_of_the_shell_itself_is_public() -> None:
    app: Flask = sample_app()

    for endpoint in ("static", "health.healthz", "health.readyz", "health.metrics"):
        assert access_of(app.view_functions[endpoint], "GET").who is Who.ANYBODY
