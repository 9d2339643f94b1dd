"""What surrounds every request: its trace, the moment it began, and the headers that keep a browser safe."""

import time
from collections.abc import Iterable
from typing import Any

from shared.observability.tracing import tracing

BEGAN = "groundswell.began"
# What went wrong with a request before it came to Flask.
FAILED = "groundswell.failed"
Headers = list[tuple[str, str]]

# Nothing but our own style sheet, script and images; nobody may frame us, and nobody learns where a visitor came from.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURE_HEADERS: Headers = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def secure_headers(*, https: bool) -> Headers:
    """The headers that go with every answer."""
    return [*SECURE_HEADERS, ONLY_HTTPS] if https else SECURE_HEADERS


class Surroundings:
    """Wraps a WSGI app. Works below Flask, as it is there for every request and costs it microseconds."""

    def __init__(self, app: Any, *, https: bool) -> None:
        self._app = app
        self._headers = secure_headers(https=https)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request as a step of the trace that the caller names, or of a new one."""
        environ[BEGAN] = time.perf_counter()

        def start(status: str, headers: Headers, *error: Any) -> Any:
            return start_response(status, headers + self._headers, *error)

        with tracing(environ.get("HTTP_TRACEPARENT")):
            answer: Iterable[bytes] = self._app(environ, start)
            return answer
