"""What every JSON API of a service has in common: its OpenAPI document, and what is refused before a view sees it."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import flask_smorest
import orjson
from flask import Flask, request
from flask_babel import gettext
from marshmallow import Schema, fields

from shared.web import schemas
from shared.web.problems import PROBLEM_JSON, Problem

OPENAPI_VERSION = "3.1.0"
# More than any request of ours has; json's own parser gives up at about 1000 with an error of another kind.
DEEPEST = 100
UNREADABLE = "The address or the body cannot be read."
# What is said of a body before its fields are looked at.
OF_A_BODY = {413: "The body is too large.", 415: "The body is not JSON."}
V = TypeVar("V")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def _always(description: str) -> fields.String:
    return fields.String(required=True, metadata={"description": description})


class ProblemSchema(Schema):
    """RFC 9457, with the problems of each field."""

    type = _always("Always about:blank: the status says what kind of problem it is.")
    status = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    title = _always("What is wrong, in a few words.")
    detail = _always("What to do about it.")
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        data_key="fields",
        metadata={"description": "What is wrong with each field that was refused."},
    )
    reference = fields.String(metadata={"description": "Where it is our fault: what an operator finds it by."})


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest's API with our problems for errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `shared.web.problems`, which answers them for pages too."""

    def _register_responses(self) -> None:
        super()._register_responses()
        for name in [*(status.name for status in HTTPStatus), self.DEFAULT_ERROR_RESPONSE_NAME]:
            content = self.spec.components.responses_lazy[name].get("content", {})
            if self.DEFAULT_RESPONSE_CONTENT_TYPE in content:
                content[PROBLEM_JSON] = content.pop(self.DEFAULT_RESPONSE_CONTENT_TYPE)


def register_api(app: Flask, service: str, blueprints: Iterable[Any]) -> Api:
    """Serve a service's API blueprints and describe them in one OpenAPI document."""
    prefix = f"{service.upper()}_"
    app.config[f"{prefix}API_TITLE"] = f"Groundswell {service}"
    app.config[f"{prefix}API_VERSION"] = "1"
    app.config[f"{prefix}OPENAPI_VERSION"] = OPENAPI_VERSION
    api = Api(app, config_prefix=prefix)
    for field, format_ in _FORMATS.items():
        api.register_field(field, "string", format_)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    return api


def refuses(api: Any, reasons: Mapping[int, str]) -> Callable[[V], V]:
    """Say in the OpenAPI document with which statuses a view refuses, each with its reason; all are problems."""

    def describe(view: V) -> V:
        for status, reason in {400: UNREADABLE, **reasons}.items():
            told = api.alt_response(status, schema=ProblemSchema, content_type=PROBLEM_JSON, description=reason)
            view = told(view)
        return view

    return describe


def require_json() -> None:
    """Refuse a body that is not JSON (415) or cannot be read (400), before webargs meets what it does not expect."""
    if request.method not in _WITH_BODY:
        return
    if not request.is_json:
        raise Problem(415, gettext("Not JSON"), gettext("Send JSON, with the header Content-Type: application/json."))
    body = request.get_data()
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
        raise _malformed()
    try:
        # Stricter than json: no NaN, no half characters, no numbers too large to hold.
        orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _malformed() from None


def _depth(body: bytes) -> int:
    """How deep brackets are nested at most; those inside texts count too, which only errs towards refusing."""
    depth = deepest = 0
    for byte in body:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _malformed() -> Problem:
    return Problem(400, gettext("Malformed JSON"), gettext("The body could not be read as JSON."))


_FORMATS = {
    schemas.Email: "email",
    schemas.Phone: "phone",
    schemas.PostalCode: "postal-code",
    schemas.Slug: None,
    schemas.Words: None,
    schemas.PersonName: None,
    schemas.Language: None,
}
