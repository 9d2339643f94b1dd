"""Shows the sandbox's pages below /sandbox/ of the web process, so that the local stack is all behind one address."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError

from shared.web_server import Wsgi

PREFIX = "/sandbox"
CONNECT_WITHIN_SECONDS = 2.0
# Above the time after which the sandbox sends something on every line that stays open.
SILENT_AT_MOST_SECONDS = 60.0
CHUNK_BYTES = 64 * 1024
# They concern one connection, and there are two.
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
_AWAY = b"The sandbox does not answer. It is started again by itself; try again in a moment.\n"


class SandboxPages:
    """A WSGI app in front of another: hands what is below the prefix to the sandbox, and the rest to the other."""

    def __init__(self, app: Wsgi, sandbox_url: str) -> None:
        self._app = app
        self._sandbox_url = sandbox_url
        timeout = urllib3.Timeout(connect=CONNECT_WITHIN_SECONDS, read=SILENT_AT_MOST_SECONDS)
        self._connections = urllib3.PoolManager(maxsize=100, timeout=timeout, retries=False)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        try:
            response = self._ask(environ)
        except HTTPError:
            start_response("502 Bad Gateway", [("Content-Type", "text/plain; charset=utf-8")])
            return [_AWAY]
        headers = [(name, value) for name, value in response.headers.items() if name.lower() not in _HOP_BY_HOP]
        start_response(f"{response.status} {response.reason or ''}", headers)
        return _Answer(response)

    def _ask(self, environ: dict[str, Any]) -> urllib3.BaseHTTPResponse:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        return self._connections.request(
            environ["REQUEST_METHOD"],
            self._sandbox_url + _path_and_query(environ),
            headers=_headers(environ),
            body=environ["wsgi.input"].read(length) if length else None,
            preload_content=False,
            decode_content=False,
            redirect=False,
        )


class _Answer:
    """The sandbox's answer as it comes, for events are sent one by one; given up when the visitor has left."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response.stream(CHUNK_BYTES, decode_content=False))

    def close(self) -> None:
        """Let the connection go."""
        self._response.close()


def _path_and_query(environ: dict[str, Any]) -> str:
    path, query = quote(environ["PATH_INFO"], encoding="latin-1"), environ.get("QUERY_STRING")
    return f"{path}?{query}" if query else path


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """The visitor's headers, and by which address and prefix they came."""
    headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
    if environ.get("CONTENT_TYPE"):
        headers["CONTENT-TYPE"] = environ["CONTENT_TYPE"]
    return headers | {
        "X-Forwarded-Host": environ.get("HTTP_HOST", ""),
        "X-Forwarded-Proto": environ["wsgi.url_scheme"],
        "X-Forwarded-Prefix": PREFIX,
    }
