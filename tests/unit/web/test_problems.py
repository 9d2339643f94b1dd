"""Errors: JSON for programs, a page for people, and nothing personal in either."""

import pytest

from shared.web.problems import PROBLEM_JSON, Problem, known_problem
from tests.unit.web.sample import sample_app, visit

KNOWN = {
    400: "That could not be read",
    403: "Not allowed",
    404: "Page not found",
    405: "Not possible here",
    410: "No longer here",
    413: "Too large",
    422: "Something needs another look",
    429: "Too many tries",
    503: "Back in a moment",
}


@pytest.mark.parametrize(("status", "title"), KNOWN.items())
def test_a_person_gets_a_page(status: int, title: str) -> None:
    answer = visit(sample_app().test_client(), f"/aborts/{status}")

    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert f"<h1>{title}</h1>" in answer.text


@pytest.mark.parametrize(("status", "title"), KNOWN.items())
def test_a_program_gets_json(status: int, title: str) -> None:
    answer = sample_app().test_client().get(f"/aborts/{status}", headers={"Accept": "application/json"})

    assert answer.status_code == status
    assert answer.content_type == PROBLEM_JSON
    assert answer.get_json(force=True)["title"] == title
    assert answer.get_json(force=True)["status"] == status


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("application/json", PROBLEM_JSON),
        ("application/json, text/html;q=0.5", PROBLEM_JSON),
        ("application/json;q=0.5, text/html", "text/html"),
    ],
)
def test_whoever_names_no_wish_is_a_person(accept: str, kind: str) -> None:
    answer = sample_app().test_client().get("/nowhere", headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (404, kind)


def test_an_api_answers_json_whatever_the_browser_would_like() -> None:
    answer = sample_app().test_client().post("/api/samples", json={}, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.content_type) == (422, PROBLEM_JSON)
    assert answer.get_json(force=True)["fields"] == {"name": ["Please fill this in."]}


def test_what_goes_wrong_on_our_side_is_told_with_a_number_and_without_what_was_in_it() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    client = sample_app().test_client()

    page = visit(client, "/fails/unexpected", traceparent=f"00-{trace}-b7ad6b7169203331-01")
    answer = client.get("/fails/unexpected", headers={"Accept": "application/json"})

    assert (page.status_code, answer.status_code) == (500, 500)
    assert trace in page.text
    assert len(answer.get_json(force=True)["reference"]) == 32
    for text in (page.text, answer.text):
        assert "amrit" not in text
        assert "M5V" not in text
        assert "Traceback" not in text


@pytest.mark.parametrize("how", ["unstorable", "unstorable-in-psycopg"])
def test_a_text_that_the_database_refuses_is_its_senders_problem(how: str) -> None:
    answer = visit(sample_app().test_client(), f"/fails/{how}")

    assert answer.status_code == 422
    assert "amrit" not in answer.text


def test_a_database_that_is_away_is_worth_another_try_in_ten_seconds() -> None:
    answer = visit(sample_app().test_client(), "/fails/away")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "10.0.0.7" not in answer.text


def test_a_statement_at_fault_is_told_from_a_database_that_is_away() -> None:
    """psycopg calls both operational."""
    answer = visit(sample_app().test_client(), "/fails/at-fault")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


def test_a_method_that_is_not_possible_names_those_that_are() -> None:
    answer = sample_app().test_client().delete("/open")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("path", ["/fails/a%00b", "/open?lang=%00", "/%00"])
def test_an_address_with_a_nul_is_refused_before_anybody_looks_it_up(path: str) -> None:
    assert visit(sample_app().test_client(), path).status_code == 400


def test_a_page_says_what_is_wrong_with_each_field_and_escapes_it() -> None:
    app = sample_app()

    with app.test_request_context("/"):
        from shared.web.problems import answer

        page = answer(Problem(422, "<b>No", "Look", {"name": ["<i>bad"]})).get_data(as_text=True)

    assert "&lt;b&gt;No" in page
    assert "&lt;i&gt;bad" in page


def test_a_problem_that_is_not_known_is_named_by_its_status() -> None:
    with sample_app().test_request_context("/"):
        problem = known_problem(418)

    assert (problem.title, problem.detail) == ("I'm a Teapot", "")


def test_an_answer_that_a_view_brought_itself_is_left_alone() -> None:
    answer = visit(sample_app().test_client(), "/own-answer")

    assert (answer.status_code, answer.text) == (409, "own words")
