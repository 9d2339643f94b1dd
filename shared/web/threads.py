"""Serves a WSGI app, such as Flask's, below an ASGI server: each request in a thread, where it may wait for others."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# What ASGI (version 3) calls so.
Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# As many as there are database connections to wait for; whoever comes on top waits for a thread.
THREADS = 20


@dataclass(frozen=True)
class _Answer:
    """What the app answered: a status, headers, and the pieces of the body."""

    status: int
    headers: Headers
    pieces: Iterable[bytes]
    # Tells the app that the answer is through, or that nobody wants the rest.
    close: Callable[[], None]

    @property
    def is_whole(self) -> bool:
        """Whether it says how long it is; what does not is sent piece by piece as it comes."""
        return any(name == b"content-length" for name, _ in self.headers)


class Threads:
    """Runs the app; safe for any number of requests at once."""

    def __init__(self, app: "WSGIApplication", threads: int = THREADS) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def answer(self, environ: "WSGIEnvironment", receive: Receive, send: Send) -> None:
        """Answer a request whose body has been read."""
        loop = asyncio.get_running_loop()
        answer, body = await loop.run_in_executor(self._threads, self._ask, environ)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if body is None:
            await self._stream(answer, receive, send)
        else:
            await send({"type": "http.response.body", "body": body})

    def _ask(self, environ: "WSGIEnvironment") -> tuple[_Answer, bytes | None]:
        """The app's answer, with its body where that is whole."""
        began: tuple[int, Headers] = (500, [])

        def start(status: str, headers: list[tuple[str, str]], *_error: Any) -> Any:
            nonlocal began
            began = (
                int(status[:3]),
                [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            )

        pieces = self._app(environ, start)
        rest = iter(pieces)
        # An app may begin only with its first piece.
        first = next(rest, b"")
        answer = _Answer(*began, chain([first], rest), getattr(pieces, "close", _nothing))
        if not answer.is_whole:
            return answer, None
        try:
            return answer, b"".join(answer.pieces)
        finally:
            answer.close()

    async def _stream(self, answer: _Answer, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        gone = asyncio.ensure_future(_disconnected(receive))

        def run() -> None:
            try:
                for piece in answer.pieces:
                    if gone.done():
                        return
                    message = {"type": "http.response.body", "body": piece, "more_body": True}
                    asyncio.run_coroutine_threadsafe(_sent(send, message), loop).result()
            finally:
                answer.close()

        try:
            await loop.run_in_executor(self._threads, run)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _sent(send: Send, message: Message) -> None:
    await send(message)


def _nothing() -> None:
    pass


def environ_of(scope: Scope, body: bytes) -> "WSGIEnvironment":
    """A request as WSGI (PEP 3333) describes it."""
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    server, client = scope["server"] or ("", 0), scope["client"] or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        # As it was sent: what a vendor signs.
        "RAW_URI": f"{path}?{query}" if query else path,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"])
    if body or "CONTENT_LENGTH" in environ:
        # One that came in chunks has no length of its own; of one that is too long only the beginning is here.
        environ["CONTENT_LENGTH"] = str(max(len(body), int(environ.get("CONTENT_LENGTH", 0))))
    return environ


def _add_headers(environ: dict[str, Any], headers: Headers) -> None:
    for name, value in headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    # What came in chunks is whole by now.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
