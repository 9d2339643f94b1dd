"""A plain HTTP/1.1 client that keeps its connections: what posts thousands of callbacks a second on one core.

It does what a vendor's webhook client does and no more: no redirects, no cookies, no compression.
"""

import asyncio
import contextlib
import ssl
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

LONGEST_HEAD = 64 * 1024
CONNECT_SECONDS = 5.0
_NO_BODY = frozenset((204, 304))


class NotConnected(Exception):
    """No answer came: the server is away, refused the connection, or closed it; the text says which."""


class Answer(NamedTuple):
    """A status, the headers by lower-case name, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connections:
    """One kept connection to each server. Not for two requests at once."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], _Connection] = {}

    async def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request and read the answer. Raises `NotConnected`.

        A server may close a kept connection at any moment, so a request that finds it closed is sent once more.
        """
        parts = urlsplit(url)
        request = _request(method, parts, headers, body)
        kept = self._open.pop((parts.scheme, parts.netloc), None)
        if kept is not None:
            try:
                return await self._exchange(parts, kept, method, request)
            except NotConnected:
                pass
        return await self._exchange(parts, await _connect(parts), method, request)

    async def _exchange(self, parts: SplitResult, connection: "_Connection", method: str, request: bytes) -> Answer:
        try:
            answer = await connection.exchange(request, method)
        except BaseException:
            connection.close()
            raise
        if answer.headers.get("connection", "").lower() == "close":
            connection.close()
        else:
            self._open[parts.scheme, parts.netloc] = connection
        return answer

    def close(self) -> None:
        """Close every connection."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()


class _Connection:
    """One open connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def exchange(self, request: bytes, method: str) -> Answer:
        try:
            self._writer.write(request)
            head = await self._reader.readuntil(b"\r\n\r\n")
            status, headers = _head(head)
            body = b"" if method == "HEAD" or status in _NO_BODY else await self._body(headers)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError) as error:
            raise NotConnected(f"the connection broke: {error}") from None
        return Answer(status, headers, body)

    async def _body(self, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return await self._reader.readexactly(int(headers["content-length"]))
        if "chunked" not in headers.get("transfer-encoding", "").lower():
            headers["connection"] = "close"
            return await self._reader.read()
        return await self._chunks()

    async def _chunks(self) -> bytes:
        chunks = []
        while size := int((await self._reader.readuntil(b"\r\n")).partition(b";")[0], 16):
            chunks.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        while await self._reader.readuntil(b"\r\n") != b"\r\n":
            pass
        return b"".join(chunks)

    def close(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be gone already
            self._writer.close()


async def _connect(parts: SplitResult) -> _Connection:
    secure = parts.scheme == "https"
    context = ssl.create_default_context() if secure else None
    try:
        port = parts.port or (443 if secure else 80)
        async with asyncio.timeout(CONNECT_SECONDS):
            streams = await asyncio.open_connection(parts.hostname, port, ssl=context, limit=LONGEST_HEAD)
    except (OSError, TimeoutError, ValueError) as error:
        raise NotConnected(str(error) or f"no connection within {CONNECT_SECONDS:g} s") from None
    return _Connection(*streams)


def _request(method: str, parts: SplitResult, headers: dict[str, str], body: bytes) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method not in ("GET", "HEAD"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    """The status and the headers. Raises `ValueError` where the first line is none."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return int(first.partition(" ")[2][:3]), headers
