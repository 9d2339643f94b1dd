"""A lane answers what is plain; for all else it is as if it were not there."""

from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.test import create_environ, run_wsgi_app

from shared.web.guard import PUBLIC_BYTES, public
from shared.web.lanes import JSON_TYPE, Lane, Lanes, Plain
from shared.web.languages import register_languages
from shared.web.middleware import Surroundings
from shared.web.problems import PROGRAMS_ONLY, register_problems

YES = Plain(201, b'{"by": "lane"}', (("Content-Type", JSON_TYPE),))


def client(answer: Any, endpoint: str = "take") -> FlaskClient:
    """An app with one view, and a lane beside it."""
    app = Flask("shared.web.app")
    app.extensions[PROGRAMS_ONLY] = frozenset()

    @app.post("/things/<slug>/take")
    @public
    def take(slug: str) -> Any:
        return {"by": "view", "slug": slug, "body": request.get_data(as_text=True)}

    @app.post("/things/<slug>/guarded")
    def guarded(slug: str) -> str:
        return slug

    register_languages(app, [])
    register_problems(app)
    lanes = Lanes(app, app.wsgi_app, {"sample": [Lane(endpoint, answer, JSON_TYPE)]})
    app.wsgi_app = Surroundings(lanes, https=False)  # type: ignore[method-assign]
    return app.test_client()


def yes(_slug: str, _body: bytes) -> Plain:
    """Everything is plain."""
    return YES


def post(to: FlaskClient, path: str = "/things/a-1/take", body: bytes = b"{}", **options: Any) -> Any:
    """Ask, with JSON unless told otherwise."""
    return to.post(path, data=body, **{"content_type": JSON_TYPE, **options}).get_json(silent=True)


def test_what_is_plain_is_answered_by_the_lane() -> None:
    asked: list[tuple[str, bytes]] = []

    def answer(slug: str, body: bytes) -> Plain:
        asked.append((slug, body))
        return YES

    answered = client(answer).post("/things/a-1/take", data=b'{"a": 1}', content_type=JSON_TYPE)

    assert (answered.status, answered.json) == ("201 CREATED", {"by": "lane"})
    assert answered.headers["Content-Length"] == str(len(YES.body))
    assert answered.headers["X-Frame-Options"] == "DENY"
    assert asked == [("a-1", b'{"a": 1}')]


@pytest.mark.parametrize(
    "request_",
    [
        {"path": "/things/a-1/take?x=1"},
        {"path": "/things/A/take"},
        {"path": "/things/%C3%A9/take"},
        {"content_type": "text/plain"},
        {"content_type": "application/json; charset=latin-1"},
        {"body": b"x" * (PUBLIC_BYTES + 1)},
    ],
)
def test_what_is_not_plain_is_answered_by_the_view(request_: dict[str, Any]) -> None:
    assert post(client(yes), **request_)["by"] == "view"


def test_a_body_that_is_shorter_than_it_says_is_left_to_the_view() -> None:
    environ = create_environ("/things/a/take", method="POST", data=b"{}", content_type=JSON_TYPE)

    body, _, _ = run_wsgi_app(client(yes).application, environ | {"CONTENT_LENGTH": "9"})

    assert b"lane" not in b"".join(body)


def test_the_view_can_read_what_the_lane_has_read() -> None:
    assert post(client(lambda slug, body: None), body=b'{"a": 1}') == {"by": "view", "slug": "a-1", "body": '{"a": 1}'}


def test_other_methods_go_to_the_view() -> None:
    assert client(yes).get("/things/a/take", headers={"Accept": "application/json"}).status_code == 405


def test_what_a_lane_raises_is_told_as_of_a_view() -> None:
    def fail(_slug: str, _body: bytes) -> Plain:
        raise ServiceUnavailable(retry_after=5)

    answered = client(fail).post("/things/a/take", data=b"{}", content_type=JSON_TYPE)

    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "5")
    assert answered.content_type == "application/problem+json"


def test_a_lane_may_not_pass_a_guard_by() -> None:
    with pytest.raises(ValueError, match="guarded is not for everybody"):
        client(yes, endpoint="guarded")
