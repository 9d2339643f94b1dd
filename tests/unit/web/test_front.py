"""A request goes down a lane where it is plain; for all else it is as if there were no lane."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from flask import Flask, Response, request
from structlog.testing import capture_logs
from werkzeug.exceptions import ServiceUnavailable

from shared.observability.tracing import current_trace
from shared.web.front import Front
from shared.web.guard import LARGEST_BYTES, PUBLIC_BYTES, public, webhook
from shared.web.lanes import JSON_TYPE, Answer, Asked, Lane, Plain
from shared.web.languages import register_languages
from shared.web.middleware import FAILED, Surroundings
from shared.web.problems import PROGRAMS_ONLY, register_problems
from tests.fixtures.asgi import Told, ask, told

YES = Plain(201, b'{"by": "lane"}', (("Content-Type", JSON_TYPE),))
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def front(answer: Answer, endpoint: str = "take") -> Front:
    """An app with a few views, and a lane beside one of them."""
    app = Flask("shared.web.app")
    app.config["MAX_CONTENT_LENGTH"] = PUBLIC_BYTES
    app.extensions[PROGRAMS_ONLY] = frozenset()

    @app.before_request
    def raise_what_failed() -> None:
        if error := request.environ.get(FAILED):
            raise error

    @app.post("/things/<slug>/take")
    @public
    def take(slug: str) -> Any:
        return {"by": "view", "slug": slug, "body": request.get_data(as_text=True)}

    @app.post("/things/<slug>/guarded")
    def guarded(slug: str) -> str:
        return slug

    @app.post("/hooks/<uuid:which>/status")
    @webhook
    def hook(which: Any) -> str:
        return str(which)

    @app.route("/echo/<path:rest>", methods=["GET", "POST"])
    @public
    def echo(rest: str) -> Any:
        return {
            "rest": rest,
            "args": request.args,
            "agent": request.headers.get("User-Agent"),
            "raw": request.environ["RAW_URI"],
        }

    @app.get("/stream")
    @public
    def stream() -> Response:
        def pieces() -> Iterator[bytes]:
            yield b"one "
            yield b"two"

        return Response(pieces())

    register_languages(app, [])
    register_problems(app)
    app.wsgi_app = Surroundings(app.wsgi_app, https=False)  # type: ignore[method-assign]
    return Front(app, {"sample": [Lane(endpoint, answer, JSON_TYPE)]}, https=False)


async def yes(_asked: Asked) -> Plain:
    """Everything is plain."""
    return YES


async def no(_asked: Asked) -> None:
    """Nothing is."""


def post(to: Front, address: str = "/things/a-1/take", body: bytes = b"{}", content_type: str = JSON_TYPE) -> Told:
    """Send something, with its length."""
    return ask(to, "POST", address, body, Content_Type=content_type, Content_Length=str(len(body)))


def test_what_is_plain_is_answered_by_the_lane() -> None:
    asked: list[Asked] = []

    async def answer(one: Asked) -> Plain:
        asked.append(one)
        return YES

    answered = post(front(answer), body=b'{"a": 1}')

    assert (answered.status, answered.body) == (201, YES.body)
    assert answered.headers["Content-Length"] == str(len(YES.body))
    assert answered.headers["X-Frame-Options"] == "DENY"
    assert [(one.varying, one.body, one.headers[b"content-type"]) for one in asked] == [
        ("a-1", b'{"a": 1}', b"application/json")
    ]


@pytest.mark.parametrize(
    "request_",
    [
        {"address": "/things/a-1/take?x=1"},
        {"address": "/things/A/take"},
        {"address": "/things/é/take"},
        {"content_type": "text/plain"},
        {"content_type": "application/json; charset=latin-1"},
    ],
)
def test_what_is_not_plain_is_answered_by_the_view(request_: dict[str, Any]) -> None:
    assert orjson.loads(post(front(yes), **request_).body)["by"] == "view"


def test_a_body_that_is_too_long_for_a_lane_is_for_the_view_to_refuse() -> None:
    assert post(front(yes), body=b"x" * (PUBLIC_BYTES + 1)).body != YES.body


def test_the_view_can_read_what_the_lane_has_read() -> None:
    answered = orjson.loads(post(front(no), body=b'{"a": 1}').body)

    assert answered == {"by": "view", "slug": "a-1", "body": '{"a": 1}'}


def test_other_methods_go_to_the_view() -> None:
    assert ask(front(yes), "GET", "/things/a/take", Accept="application/json").status == 405


def test_what_a_lane_raises_is_told_as_of_a_view() -> None:
    async def fail(_asked: Asked) -> Plain:
        raise ServiceUnavailable(retry_after=5)

    answered = post(front(fail))

    assert (answered.status, answered.headers["Retry-After"]) == (503, "5")
    assert answered.headers["Content-Type"] == "application/problem+json"


def test_a_lane_may_not_pass_a_guard_by() -> None:
    with pytest.raises(ValueError, match="guarded is not for everybody"):
        front(yes, endpoint="guarded")


def test_a_lane_may_stand_beside_what_is_for_a_vendor() -> None:
    address = "/hooks/0192a1b2-0000-7000-8000-000000000000/status"

    assert post(front(yes, endpoint="hook"), address).body == YES.body


def test_a_lane_goes_on_with_the_story_that_the_caller_names_and_logs_one_line() -> None:
    stories: list[str] = []

    async def answer(_asked: Asked) -> Plain:
        trace = current_trace()
        stories.append(trace.trace_id if trace else "")
        return YES

    with capture_logs() as lines:
        ask(front(answer), "POST", "/things/a/take", b"{}", Content_Type=JSON_TYPE, Traceparent=TRACE)

    assert stories == [TRACE.split("-")[1]]
    (line,) = lines
    assert (line["route"], line["method"], line["status"]) == ("/things/<slug>/take", "POST", 201)


def test_what_waits_in_one_lane_keeps_nobody_from_another() -> None:
    let_go = asyncio.Event()

    async def wait_for_another(asked: Asked) -> Plain:
        if asked.varying == "first":
            await let_go.wait()
        let_go.set()
        return YES

    async def both() -> tuple[Told, Told]:
        app = front(wait_for_another)
        kind = {"Content_Type": JSON_TYPE}
        return await asyncio.gather(
            told(app, "POST", "/things/first/take", [b"{}"], **kind),
            told(app, "POST", "/things/second/take", [b"{}"], **kind),
        )

    assert [one.status for one in asyncio.run(both())] == [201, 201]


def test_a_view_has_a_thread_and_its_request_as_it_was_sent() -> None:
    answered = ask(front(no), "GET", "/echo/a%20b/c?d=%C3%A9", User_Agent="a test")

    assert orjson.loads(answered.body) == {
        "rest": "a b/c",
        "args": {"d": "é"},
        "agent": "a test",
        "raw": "/echo/a%20b/c?d=%C3%A9",
    }


def test_a_body_in_pieces_is_one_to_the_view() -> None:
    sent = told(
        front(no), "POST", "/things/a/take", [b"one ", b"two"], Content_Type="text/plain", Transfer_Encoding="chunked"
    )

    assert orjson.loads(asyncio.run(sent).body)["body"] == "one two"


def test_of_a_body_without_an_end_no_more_is_read_than_any_view_takes() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 64 * 1024

    endless = pieces()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": next(endless), "more_body": True}

    answered = asyncio.run(_answered_from(receive))

    assert answered == 413
    assert len(taken) == LARGEST_BYTES // (64 * 1024) + 1


async def _answered_from(receive: Any) -> int:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/things/a/take",
        "raw_path": b"/things/a/take",
        "query_string": b"",
        "headers": [(b"transfer-encoding", b"chunked"), (b"accept", b"application/json")],
        "server": None,
        "client": None,
    }

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await front(no)(scope, receive, send)
    return int(sent[0]["status"])


def test_what_does_not_say_its_length_comes_piece_by_piece() -> None:
    assert ask(front(no), "GET", "/stream").pieces == (b"one ", b"two", b"")


def test_a_stream_ends_when_the_visitor_has_left() -> None:
    ended = threading.Event()

    def endless(_environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        try:
            while True:
                yield b"more"
        finally:
            ended.set()

    async def leave_after_a_while() -> None:
        app = front(no)
        app._threads._app = endless
        left = asyncio.Event()
        pieces: list[bytes] = []

        async def receive() -> dict[str, Any]:
            if not pieces:
                return {"type": "http.request", "body": b""}
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            pieces.append(message.get("body", b""))
            if len(pieces) > 10:
                left.set()

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/",
            "raw_path": b"/",
        }
        await app(scope | {"query_string": b"", "headers": [], "server": None, "client": None}, receive, send)

    asyncio.run(leave_after_a_while())

    assert ended.is_set()


def test_whoever_leaves_before_the_body_is_through_is_answered_nothing() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    sent: list[Any] = []
    asyncio.run(front(yes)({"type": "http"}, receive, sent.append))  # type: ignore[arg-type]

    assert sent == []


def test_nobody_is_connected_for_longer_than_a_request() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(front(yes)({"type": "websocket"}, None, send))  # type: ignore[arg-type]

    assert sent == [{"type": "websocket.close"}]
