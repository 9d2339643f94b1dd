"""Log lines as JSON, one a line, redacted, each with the service and the trace it belongs to."""

import json
import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import orjson
import structlog

from shared.observability.tracing import current_trace
from shared.privacy.redaction import redact_event

# Libraries that log every request or reconnection at INFO.
_QUIET = ("kafka", "urllib3", "twilio", "twilio.http_client", "alembic", "werkzeug", "python_http_client")


def set_up_logging(process: str, level: str) -> None:
    """Send this process's log lines, and those of the libraries it uses, to standard output as redacted JSON."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        redact_event,
        # Ours, and nobody's.
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_process(process),
        _add_trace,
    ]
    structlog.configure(
        processors=[*shared, _as_json],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _as_json,
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)
    _log_what_nobody_caught()
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, getattr(logging, level)))


def _log_what_nobody_caught() -> None:
    """A traceback on standard error would be a line that nobody redacts."""
    uncaught = structlog.get_logger(part="process")

    def hook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        uncaught.critical("uncaught", exc_info=(kind, error, traceback))

    def thread_hook(gone: threading.ExceptHookArgs) -> None:
        if gone.exc_value is not None:
            hook(gone.exc_type, gone.exc_value, gone.exc_traceback)

    sys.excepthook = hook
    threading.excepthook = thread_hook


def logger(name: str) -> Any:
    """A logger whose lines say which part of the code wrote them."""
    return structlog.get_logger(part=name)


def _name_the_process(process: str) -> Any:
    def name(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        return {"process": process, **event}

    return name


def _add_trace(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    trace = current_trace()
    return {**event, "trace_id": trace.trace_id} if trace else event


def _as_json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """One line, in ASCII, whatever encoding standard output has."""
    try:
        line = orjson.dumps(event)
    except orjson.JSONEncodeError:
        # Half a character, which only json writes.
        return json.dumps(event)
    return line.decode() if line.isascii() else json.dumps(event)
