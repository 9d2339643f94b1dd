"""SendGrid's own SDK over kept connections, with a timeout.

As it comes, the SDK opens a connection and reads the certificates anew for every request, and waits for ever: 22 to 26
ms of processor time a request (docs/decisions/0009). Only what sends is replaced here; addresses, headers and the chain
of names are the SDK's.
"""

from typing import Any

import orjson
import python_http_client
import urllib3
from sendgrid import SendGridAPIClient

CONNECT_SECONDS = 3


def sendgrid_client(api_key: str, url: str, *, connections: int, timeout_seconds: float) -> SendGridAPIClient:
    """A client for one process, made after any fork and shared by as many threads as it has connections."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=timeout_seconds)
    pool = urllib3.PoolManager(num_pools=2, maxsize=connections, block=True, retries=False, timeout=timeout)
    sendgrid = SendGridAPIClient(api_key, host=url)
    sendgrid.client = KeptConnections(pool, url, sendgrid.client.request_headers)
    return sendgrid


class Answer:
    """What came back, in the shape of the SDK's own answers."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self.status_code = answer.status
        self.body = answer.data
        self.headers = answer.headers


class KeptConnections(python_http_client.Client):  # type: ignore[misc]
    """Posts each request once. Whatever urllib3 raises comes through; a status is for the caller to judge."""

    def __init__(
        self, pool: urllib3.PoolManager, url: str, headers: dict[str, str], path: list[str] | None = None
    ) -> None:
        super().__init__(host=url, request_headers=headers, version=3, url_path=path)
        self._pool = pool

    def _build_client(self, name: str | None = None) -> "KeptConnections":
        return KeptConnections(
            self._pool, self.host, self.request_headers, [*self._url_path, *([name] if name else [])]
        )

    def post(self, request_body: Any) -> Answer:
        """Post JSON to the address that the names before lead to. Raises `urllib3.exceptions.HTTPError`."""
        headers = {**self.request_headers, "Content-Type": "application/json"}
        body = orjson.dumps(request_body)
        return Answer(self._pool.request("POST", self._build_url(None), body=body, headers=headers, redirect=False))
