"""What an operator sees of the web: one log line and one measurement a request, health, readiness and metrics.

Neither line nor measurement holds an address as it was asked for: names and tokens are in there. The route is enough.
"""

import os
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from flask import Blueprint, Flask, Request, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from shared.database import Database
from shared.observability.logging import logger
from shared.observability.metrics import REQUEST_SECONDS
from shared.web.guard import public
from shared.web.middleware import BEGAN

UNKNOWN = "unknown"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
log = logger("web")


def register_observing(app: Flask, services: Mapping[str, str], databases: Sequence[Database]) -> None:
    """Observe every request. `services` says to which service each blueprint belongs."""

    def observe(response: Response) -> Response:
        # Not through Flask's proxy, which looks it up anew for every word.
        asked: Request = cast(Any, request)._get_current_object()
        rule, endpoint = asked.url_rule, asked.endpoint or UNKNOWN
        service = services.get(asked.blueprint or "", "web")
        route = rule.rule if rule else UNKNOWN
        answered(service, endpoint, route, asked.method, response.status_code, asked.environ[BEGAN])
        return response

    app.after_request(observe)
    app.register_blueprint(_health(databases))


def answered(service: str, endpoint: str, route: str, method: str, status: int, began: float) -> None:
    """Note that a request was answered which began at a moment of `time.perf_counter`."""
    seconds = time.perf_counter() - began
    method = method if method in _METHODS else "OTHER"
    _timer(service, endpoint, method, status).observe(seconds)
    if route not in _QUIET:
        milliseconds = round(seconds * 1000, 1)
        log.info("request", service=service, route=route, method=method, status=status, milliseconds=milliseconds)


@lru_cache(maxsize=1024)
def _timer(service: str, endpoint: str, method: str, status: int) -> Histogram:
    return REQUEST_SECONDS.labels(service, endpoint, method, str(status))


def _health(databases: Sequence[Database]) -> Blueprint:
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    @public
    def healthz() -> Response:
        return _plain("alive\n")

    @health.get("/readyz")
    @public
    def readyz() -> Response:
        ready = all(database.is_there() for database in databases)
        return _plain("ready\n") if ready else _plain("a database does not answer\n", 503)

    @health.get("/metrics")
    @public
    def metrics() -> Response:
        if "X-Forwarded-For" in request.headers:
            # A proxy in front brings strangers; Prometheus asks each process directly.
            abort(404)
        return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)

    return health


def _registry() -> CollectorRegistry:
    """The metrics of every worker process where there are several, of this one otherwise."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
