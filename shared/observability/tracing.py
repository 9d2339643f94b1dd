"""Trace context (W3C Trace Context, `traceparent`) that follows a request through Kafka to the message it sets off."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# Later versions may add fields behind these; version ff and ids of all zeros are invalid.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-[^\s]*)?"
)


@dataclass(frozen=True)
class Trace:
    """Where we are: the whole story's id and this step's."""

    trace_id: str
    span_id: str
    # Whether whoever began the story records it; it is for them to say.
    flags: str = "01"

    @property
    def traceparent(self) -> str:
        """The header that hands the trace on."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current_trace() -> Trace | None:
    """The trace that this code runs in."""
    return _current.get()


def traceparent() -> str:
    """The header for what leaves here; begins a trace where there is none."""
    return (_current.get() or new_trace()).traceparent


def trace_ids(headers: Iterable[str]) -> list[str]:
    """The stories that some `traceparent` headers belong to, each once, for the log line of what was done together."""
    matches = (_TRACEPARENT.fullmatch(header) for header in headers)
    return list(dict.fromkeys(match[1] for match in matches if match))


def new_trace() -> Trace:
    """The first step of a new story."""
    return Trace(os.urandom(16).hex(), os.urandom(8).hex())


@contextmanager
def tracing(header: str | None) -> Iterator[Trace]:
    """Run as the next step of the story that a `traceparent` header names, or of a new one."""
    match = _TRACEPARENT.fullmatch(header or "")
    trace = Trace(match[1], os.urandom(8).hex(), match[3]) if match else new_trace()
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)
