"""Twilio's own SDK over kept connections, with a timeout, and at any address.

As it comes, the SDK sends through `requests`, keeps six connections and waits for ever. Its `http_client` is the place
it offers for another transport; urllib3 alone costs less than half and holds a connection for each thread.
"""

import logging
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

CONNECT_SECONDS = 3


def twilio_client(
    account_sid: str, auth_token: str, base_url: str, *, connections: int, timeout_seconds: float
) -> Client:
    """A client for one process, made after any fork and shared by as many threads as it has connections."""
    transport = Transport(base_url, connections, timeout_seconds)
    return Client(account_sid, auth_token, http_client=transport)


class Transport(HttpClient):  # type: ignore[misc]
    """Sends each request once. Whatever urllib3 raises comes through: the caller knows what a lost answer means."""

    def __init__(self, base_url: str, connections: int, timeout_seconds: float) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), False, timeout_seconds)
        self._base = urlsplit(base_url)
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=timeout_seconds)
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=connections, block=True, retries=False, timeout=timeout)

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
        """Make one request, as the SDK asks for it. Raises `urllib3.exceptions.HTTPError`."""
        sent = {name: value for name, value in (headers or {}).items() if value}
        if auth:
            sent |= urllib3.make_headers(basic_auth=":".join(auth))
        answer = self._pool.request(
            method.upper(),
            self._address(uri, params),
            body=_form(data) if data else None,
            headers=sent,
            redirect=False,
        )
        return Response(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def _address(self, uri: str, params: dict[str, object] | None) -> str:
        asked = urlsplit(uri)
        query = "&".join(part for part in (asked.query, _form(params or {})) if part)
        return urlunsplit((self._base.scheme, self._base.netloc, asked.path, query, ""))


def _form(fields: dict[str, Any]) -> str:
    """Fields as a form; a list repeats its name, and what is not given is left out."""
    return urlencode({name: value for name, value in fields.items() if value is not None}, doseq=True)
