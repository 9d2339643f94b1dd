"""Lanes: a shorter way for the few routes that are asked by the thousand, such as signing.

Flask, its session and its extensions take longer over such a request than all there is to do. What is plain is answered
here at once. Whatever is not (another content type, a field that is refused, a petition that is closed) goes on to
Flask's own view of the route, as if there were no lane; so whatever may be wrong is found and said in one place.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask, Response

from shared.web.guard import PUBLIC_BYTES, Who, access_of
from shared.web.observing import answered

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"
_STATUS = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}


@dataclass(frozen=True)
class Plain:
    """An answer in the making of which nothing was unusual. Its length is added."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> Response:
        """The same from a view."""
        return Response(self.body, self.status, self.headers)


# Given the part of the address that varies, and the body. None for a request that is not plain: then nothing has
# happened yet. May raise whatever a view may.
Answer = Callable[[str, bytes], Plain | None]


@dataclass(frozen=True)
class Lane:
    """A lane beside the view of an endpoint whose address has one part that varies. It takes one content type."""

    endpoint: str
    answer: Answer
    takes: str | None = None


@dataclass(frozen=True)
class _Marked:
    """A lane, and where it is entered."""

    lane: Lane
    service: str
    method: str
    rule: str
    address: re.Pattern[str]


class Lanes:
    """Wraps a Flask app. Belongs below whatever surrounds every request."""

    def __init__(self, app: Flask, around: "WSGIApplication", lanes: Mapping[str, Sequence[Lane]]) -> None:
        """`around` is the app with what is around it, `lanes` are by service.

        Raises `ValueError` for a lane to a view that is not for everybody.
        """
        self._app = app
        self._around = around
        self._marked = [_mark(app, service, lane) for service, of_service in lanes.items() for lane in of_service]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer at once, or let Flask."""
        for one in self._marked:
            if one.method == environ["REQUEST_METHOD"] and (found := one.address.fullmatch(environ["PATH_INFO"])):
                return self._answer(one, found[1], environ, start_response)
        return self._around(environ, start_response)

    def _answer(
        self, one: _Marked, varying: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        body = _body(one.lane.takes, environ)
        try:
            plain = None if body is None else one.lane.answer(varying, body)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told as of any view
            return self._failed(error, environ)(environ, start_response)
        if plain is None:
            return self._around(environ, start_response)
        answered(one.service, one.lane.endpoint, one.rule, environ, plain.status)
        start_response(_STATUS[plain.status], [*plain.headers, ("Content-Length", str(len(plain.body)))])
        return [plain.body]

    def _failed(self, error: Exception, environ: "WSGIEnvironment") -> Response:
        with self._app.request_context(environ):
            answer = self._app.handle_user_exception(error)
            return self._app.finalize_request(answer, from_error_handler=True)


def _mark(app: Flask, service: str, lane: Lane) -> _Marked:
    (rule,) = app.url_map.iter_rules(lane.endpoint)
    (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    if access_of(app.view_functions[lane.endpoint], method).who is not Who.ANYBODY:
        raise ValueError(f"{lane.endpoint} is not for everybody: a lane would pass its guard by")
    before, _, after = re.split(r"<(\w+)>", rule.rule)
    # Only what is looked up just as it stands.
    address = re.compile(f"{re.escape(before)}([a-z0-9-]+){re.escape(after)}")
    return _Marked(lane, service, method, rule.rule, address)


def _body(takes: str | None, environ: "WSGIEnvironment") -> bytes | None:
    """The body of a request, empty where a lane takes none; None where the request is not plain."""
    if environ.get("QUERY_STRING"):
        return None
    if takes is None:
        return b""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != takes or not length.isdecimal() or int(length) > PUBLIC_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    # For Flask, which may have to read it once more.
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(length) else None
