"""An organizer's hands: what they send, and what they say when the console refuses."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, jsonify, redirect, request
from werkzeug.serving import make_server

from deploy.rehearsal.console import Announcement, Console, ConsoleRefused, Counted, Words

FORM = '<form><input type="hidden" name="csrf_token" value="token-{path}"></form>'
NEWS = Announcement("status-for-all", ("text", "email"), (Words("en", "Hi", "News", "Dear"),))


@dataclass
class FakeConsole:
    """Pages with a form each; takes what is sent, unless `refuses` says with which page."""

    refuses: dict[str, tuple[int, str]] = field(default_factory=dict)
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/console/audiences/count", view_func=self.count, methods=["POST"])
        app.add_url_rule("/<path:path>", view_func=self.show, methods=["GET"])
        app.add_url_rule("/<path:path>", view_func=self.take, methods=["POST"])
        return app

    def show(self, path: str) -> tuple[str, int]:
        status, html = self.refuses.get(f"GET {path}", (200, FORM.format(path=path)))
        return html, status

    def take(self, path: str) -> Any:
        self.sent.append((path, request.form.to_dict(flat=False)))
        if path in self.refuses:
            status, html = self.refuses[path]
            return html, status
        return redirect("/", 303)

    def count(self) -> Response | tuple[str, int]:
        self.tokens.append(request.headers.get("X-CSRFToken"))
        if "count" in self.refuses:
            status, text = self.refuses["count"]
            return text, status
        return jsonify(texts=3, emails=4, rings=1, sentence="This will text 3 people.", token="counted-so")


@pytest.fixture
def fake() -> FakeConsole:
    return FakeConsole()


@pytest.fixture
def console(fake: FakeConsole) -> Iterator[Console]:
    server = make_server("127.0.0.1", 0, fake.app(), threaded=True)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    yield Console(f"http://127.0.0.1:{server.port}")
    server.shutdown()
    serving.join()
    server.server_close()


def test_a_form_is_sent_with_the_token_of_its_own_page(console: Console, fake: FakeConsole) -> None:
    console.keep_draft("petitions", {"title_en": "Fix work permits"})

    assert fake.sent == [
        ("console/petitions", {"title_en": ["Fix work permits"], "csrf_token": ["token-console/petitions/new"]})
    ]


def test_what_is_confirmed_is_what_was_counted(console: Console, fake: FakeConsole) -> None:
    counted = console.confirm("events", "rally", "schedule", NEWS)

    assert counted == Counted(3, 4, 1, "This will text 3 people.")
    ((path, form),) = fake.sent
    assert path == "console/events/rally/schedule"
    assert form["counted"] == ["counted-so"]
    assert form["channels"] == ["text", "email"]
    assert form["wording_en_subject"] == ["News"]
    assert fake.tokens == ["token-console/events/rally/review"]


def test_without_an_announcement_nobody_is_counted(console: Console, fake: FakeConsole) -> None:
    counted = console.confirm("petitions", "fix-pgwp", "open", None)

    assert (counted.texts, counted.emails, counted.rings) == (0, 0, 0)
    assert fake.tokens == []
    assert fake.sent[0][1]["counted"] == [""]


def test_a_refused_form_is_told_with_its_status_and_its_complaint(console: Console, fake: FakeConsole) -> None:
    fake.refuses["console/petitions"] = (422, "<style>p{}</style><h1>Not  yet</h1><p>Write a title.</p>")

    with pytest.raises(ConsoleRefused) as refused:
        console.keep_draft("petitions", {})

    assert str(refused.value) == "/console/petitions answers 422: Not yet Write a title."


def test_a_count_that_is_refused_confirms_nothing(console: Console, fake: FakeConsole) -> None:
    fake.refuses["count"] = (422, "the words are too long")

    with pytest.raises(ConsoleRefused, match="counting answers 422: the words are too long"):
        console.confirm("events", "rally", "schedule", NEWS)
    assert fake.sent == []


def test_a_page_that_is_not_there_is_told(console: Console, fake: FakeConsole) -> None:
    fake.refuses["GET console/petitions/fix-pgwp"] = (404, "no")

    with pytest.raises(ConsoleRefused, match="/console/petitions/fix-pgwp answers 404"):
        console.read("/console/petitions/fix-pgwp")


def test_a_page_without_a_form_is_told(console: Console, fake: FakeConsole) -> None:
    fake.refuses["GET console/sign-in"] = (200, "<p>You are signed in</p>")

    with pytest.raises(ConsoleRefused, match="/console/sign-in has no form"):
        console.sign_in("organizer@example.org", "a password")
