"""What gunicorn's workers call: a request goes down a lane, or to Flask in a thread.

A worker's event loop reads requests and answers those that a lane takes. It waits for nobody but with `await`; Flask
and the drivers below it do wait, so each of its requests has a thread to itself.
"""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask import Flask

from shared.observability.tracing import tracing
from shared.web.guard import LARGEST_BYTES
from shared.web.lanes import Lane, Lanes, Marked, Plain
from shared.web.middleware import FAILED, secure_headers
from shared.web.observing import answered
from shared.web.threads import Headers, Receive, Scope, Send, Threads, environ_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Front:
    """An ASGI app (version 3) before Flask's; each worker has one."""

    def __init__(
        self, app: Flask, lanes: Mapping[str, Sequence[Lane]], *, https: bool, around: "WSGIApplication | None" = None
    ) -> None:
        """`lanes` are by service; `around` is what is asked in the app's place, where something stands before it.

        Raises `ValueError` for a lane to a view that is not for everybody.
        """
        self._lanes = Lanes(app, lanes)
        self._threads = Threads(around or app)
        self._headers = [(name.lower().encode(), value.encode()) for name, value in secure_headers(https=https)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        began = time.perf_counter()
        body = await _whole(receive)
        if body is None:
            return
        failed: Exception | None = None
        if found := self._lanes.find(scope["method"], scope["path"]):
            try:
                if plain := await self._by_lane(*found, scope, body, began):
                    await self._send(plain, send)
                    return
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told as of any view
                failed = error
        await self._threads.answer(environ_of(scope, body) | {FAILED: failed}, receive, send)

    async def _by_lane(self, one: Marked, varying: str, scope: Scope, body: bytes, began: float) -> Plain | None:
        headers = dict(scope["headers"])
        asked = one.asked(varying, scope["query_string"], headers, body)
        if asked is None:
            return None
        with tracing(headers.get(b"traceparent", b"").decode("latin-1")):
            plain = await one.lane.answer(asked)
            if plain:
                answered(one.service, one.lane.endpoint, one.rule, one.method, plain.status, began)
        return plain

    async def _send(self, plain: Plain, send: Send) -> None:
        own: Headers = [(name.lower().encode(), value.encode()) for name, value in plain.headers]
        length = (b"content-length", b"%d" % len(plain.body))
        await send({"type": "http.response.start", "status": plain.status, "headers": [*own, length, *self._headers]})
        await send({"type": "http.response.body", "body": plain.body})


async def _whole(receive: Receive) -> bytes | None:
    """The body of a request; of one that is too long for any view the beginning. None where the visitor left."""
    body = b""
    while len(body) <= LARGEST_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body
