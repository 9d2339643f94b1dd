"""Twilio's own SDK over kept connections, with a timeout, and at any address.

As it comes, the SDK sends through `requests`, keeps six connections and waits for ever. Its `http_client` is the place
it offers for another transport. Python's own `http.client`, with a connection for each thread, costs a third of that,
and two thirds of what a pool of urllib3 does (docs/guides/performance.md).
"""

import logging
import ssl
from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from queue import LifoQueue
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.util import wait_for_read

CONNECT_SECONDS = 3


class NeverConnected(Exception):
    """No connection was ever made, so nothing was done; the text says what stood in the way."""


# What is raised where Twilio says no: in the form its errors always had, and in that of RFC 9457.
SAYS_NO = (TwilioRestException, TwilioServiceException)
# What else may come of a request, but for `NeverConnected`: nobody knows what it has done.
NOBODY_KNOWS = (TwilioException, HTTPException, OSError, ValueError)


def twilio_client(
    account_sid: str, auth_token: str, base_url: str, *, connections: int, timeout_seconds: float
) -> Client:
    """A client for one process, made after any fork and shared by as many threads as it has connections."""
    transport = Transport(base_url, connections, timeout_seconds)
    return Client(account_sid, auth_token, http_client=transport)


class Transport(HttpClient):  # type: ignore[misc]
    """Sends each request once, never again by itself: the caller knows what a lost answer means."""

    def __init__(self, base_url: str, connections: int, timeout_seconds: float) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), False, timeout_seconds)
        connect_to = _connects_to(urlsplit(base_url))
        # The one that was used last is taken first, so that no more are kept open than are needed.
        self._idle: LifoQueue[_Kept] = LifoQueue()
        for _ in range(connections):
            self._idle.put(_Kept(connect_to(), timeout_seconds))

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request, as the SDK asks for it. Raises `NeverConnected`, or one of `NOBODY_KNOWS`."""
        sent = {name: value for name, value in (headers or {}).items() if value}
        if auth:
            sent["Authorization"] = _basic(*auth)
        kept = self._idle.get()
        try:
            status, body, told = kept.ask(method.upper(), _target(uri, params), _form(data or {}), sent)
        finally:
            self._idle.put(kept)
        return Response(status, body.decode("utf-8", "replace"), told)


class _Kept:
    """A connection that is made when it is needed, and kept for the next request where nothing went wrong."""

    def __init__(self, connection: HTTPConnection, answer_seconds: float) -> None:
        self._connection = connection
        self._answer_seconds = answer_seconds

    def ask(self, method: str, target: str, body: str, headers: dict[str, str]) -> tuple[int, bytes, HTTPMessage]:
        """Send a request and read the answer: its status, body and headers."""
        self._connect()
        try:
            self._connection.request(method, target, body.encode() or None, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read(), answer.headers
        except BaseException:
            self._connection.close()
            raise

    def _connect(self) -> None:
        # What can be read before anything was asked is the other side's goodbye.
        if self._connection.sock and not wait_for_read(self._connection.sock, timeout=0):
            return
        self._connection.close()
        try:
            self._connection.connect()
        except OSError as error:
            self._connection.close()
            raise NeverConnected(type(error).__name__) from None
        self._connection.sock.settimeout(self._answer_seconds)


class _AtOnce:
    """Writes the head and the body of a request in one go: half the packets, and a fifth less work for a small one."""

    _held: list[bytes] | None = None

    def request(self, *given: Any, **named: Any) -> None:
        """Send a request."""
        self._held = []
        try:
            super().request(*given, **named)  # type: ignore[misc]
        finally:
            whole, self._held = b"".join(self._held), None
        super().send(whole)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        """Hold a part of the request back until all of it is there."""
        if self._held is None:
            super().send(data)  # type: ignore[misc]
        else:
            self._held.append(data)


class _Connection(_AtOnce, HTTPConnection):
    """In the clear."""


class _SafeConnection(_AtOnce, HTTPSConnection):
    """Over TLS."""


def _connects_to(base: SplitResult) -> Callable[[], HTTPConnection]:
    """What makes connections to an address, none of which is open yet."""
    host, port = str(base.hostname), base.port
    if base.scheme == "http":
        return lambda: _Connection(host, port, timeout=CONNECT_SECONDS)
    # One for all: the certificates are read once.
    context = ssl.create_default_context()
    return lambda: _SafeConnection(host, port, timeout=CONNECT_SECONDS, context=context)


def _target(uri: str, params: dict[str, object] | None) -> str:
    """The path and the query of an address: the host is always ours."""
    asked = urlsplit(uri)
    query = "&".join(part for part in (asked.query, _form(params or {})) if part)
    return f"{asked.path}?{query}" if query else asked.path


@lru_cache(maxsize=4)
def _basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _form(fields: dict[str, Any]) -> str:
    """Fields as a form; a list repeats its name, and what is not given is left out."""
    return urlencode({name: value for name, value in fields.items() if value is not None}, doseq=True)
