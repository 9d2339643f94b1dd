"""Errors as the person or the program that caused them can use them.

A program gets RFC 9457 `application/problem+json`; a person gets a page in their language. Neither gets a stack trace.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from shared.database import DatabaseIsAway, is_away
from shared.observability.logging import logger
from shared.observability.tracing import current_trace
from shared.web.languages import translatable
from shared.web.reading import readable

FieldProblems = Mapping[str, Sequence[str]]
PROBLEM_JSON = "application/problem+json"
# Under which key of `app.extensions` the names of the blueprints are that only programs ask.
PROGRAMS_ONLY = "groundswell.programs_only"
log = logger("web")


class Problem(Exception):
    """A request that is answered with an error: its status, a title, what to do, and which fields are wrong."""

    def __init__(self, status: int, title: str, detail: str, fields: FieldProblems | None = None) -> None:
        super().__init__(f"{status} {title}")
        self.status = status
        # Either may be a text that is translated only when it is read.
        self.title = str(title)
        self.detail = str(detail)
        self.fields = dict(fields or {})


def register_problems(app: Flask) -> None:
    """Answer every error of the app as a problem."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(DataError, _answer_unstorable)
    app.register_error_handler(psycopg.DataError, _answer_unstorable)
    for away in DatabaseIsAway:
        app.register_error_handler(away, _answer_away)
    app.register_error_handler(Exception, _answer_unexpected)


def answer(problem: Problem) -> Response:
    """The response for a problem: JSON for a program, a page for a person."""
    trace = current_trace()
    # An operator finds by it what happened; there is nothing to find where the sender was wrong.
    reference = trace.trace_id if trace and problem.status >= 500 else None
    if wants_page():
        page = render_template("problem.html", problem=problem, reference=reference)
        return Response(page, problem.status)
    return Response(orjson.dumps(_body(problem, reference)), problem.status, content_type=PROBLEM_JSON)


def _body(problem: Problem, reference: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"type": "about:blank", "status": problem.status}
    body |= {"title": problem.title, "detail": problem.detail}
    if problem.fields:
        body["fields"] = {name: list(texts) for name, texts in problem.fields.items()}
    if reference:
        body["reference"] = reference
    return body


def wants_page() -> bool:
    """Whether a person's browser asks, rather than a program: a client that names no wish is given the page."""
    if g.get("vendor") or request.is_json or request.blueprint in current_app.extensions[PROGRAMS_ONLY]:
        return False
    accepted = request.accept_mimetypes
    return not accepted["application/json"] > accepted["text/html"]


# What is said where nothing more is known than the status: a title, and what to do.
_SAID = {
    400: (translatable("That could not be read"), translatable("Please go back and try again.")),
    401: (translatable("Please sign in"), translatable("This is for organizers who are signed in.")),
    403: (translatable("Not allowed"), translatable("You may not do this.")),
    404: (
        translatable("Page not found"),
        translatable("Perhaps the address was mistyped, or the page was taken down."),
    ),
    405: (translatable("Not possible here"), translatable("This address does not take that kind of request.")),
    410: (translatable("No longer here"), translatable("This page was taken down.")),
    413: (translatable("Too large"), translatable("Please send less at once.")),
    415: (translatable("Not JSON"), translatable("Send JSON, with the header Content-Type: application/json.")),
    422: (translatable("Something needs another look"), translatable("Please look at what is marked.")),
    429: (translatable("Too many tries"), translatable("Please wait a few minutes.")),
    503: (translatable("Back in a moment"), translatable("Please try again in a minute.")),
}


def known_problem(status: int, fields: FieldProblems | None = None) -> Problem:
    """The problem of a status about which nothing more is known."""
    title, detail = _SAID.get(status) or (HTTPStatus(status).phrase, "")
    return Problem(status, gettext(title), gettext(detail) if detail else "", fields)


def _answer_http_error(error: HTTPException) -> Response:
    """Answer what Flask or flask-smorest raised."""
    if error.response is not None or error.code is None:
        return error.get_response()  # type: ignore[return-value]
    response = answer(known_problem(error.code, _field_problems(error)))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _field_problems(error: HTTPException) -> FieldProblems:
    """What webargs found, without the level that says where in the request it looked."""
    found: Any = getattr(error, "data", None) or {}
    messages = found.get("messages") or {}
    located = [part for part in messages.values() if isinstance(part, Mapping)]
    return {name: texts for part in located for name, texts in readable(part).items()}


def _answer_csrf(_: CSRFError) -> Response:
    title = gettext("This page is too old")
    return answer(Problem(400, title, gettext("Go back, load the page again and send the form once more.")))


def _answer_unstorable(error: Exception) -> Response:
    """Answer for a text that PostgreSQL refuses, such as one with a NUL: it is the sender's, and only theirs fails."""
    log.warning("the database refused a value", error=type(error).__name__, endpoint=request.endpoint)
    return answer(known_problem(422))


def _answer_away(error: Exception) -> Response:
    if not is_away(error):
        # A statement at fault fails again in ten seconds, and whoever wrote it should see where.
        return _answer_unexpected(error)
    log.error("the database is away", error=type(error).__name__, endpoint=request.endpoint)
    response = answer(known_problem(503))
    response.headers["Retry-After"] = "10"
    return response


def _answer_unexpected(_: Exception) -> Response:
    log.exception("a request failed", endpoint=request.endpoint)
    title = gettext("Something went wrong on our side")
    return answer(Problem(500, title, gettext("It was noted. Please try again in a minute.")))
