"""What a service does when it hears of a domain event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection

from shared.bus.outcomes import Skip
from shared.domain_events.catalogue import known
from shared.domain_events.envelope import DomainEvent, Envelope, Known, topic_of
from shared.observability.logging import logger
from shared.observability.tracing import tracing

log = logger("reactions")

# Called inside the transaction that also remembers the event as handled. The envelope carries the event's id, which is
# the cause of whatever the reaction sets off.
React = Callable[[Envelope, Connection], None]
ReactTogether = Callable[[Sequence[Envelope], Connection], None]


@dataclass(frozen=True)
class Reactions:
    """A service's reactions: one by one, or all of a batch at once where that is much cheaper (totals)."""

    each: Mapping[type[DomainEvent], React]
    together: Mapping[type[DomainEvent], ReactTogether]

    @property
    def events(self) -> list[type[DomainEvent]]:
        """Every domain event that is reacted to."""
        return [*self.each, *self.together]

    @property
    def topics(self) -> list[str]:
        """Every topic that has to be read for them."""
        return sorted({topic_of(event.poster) for event in self.events})

    @property
    def known(self) -> Known:
        """How to read them."""
        return known(self.events)

    def act(self, envelopes: Sequence[Envelope], transaction: Connection) -> None:
        """React to a batch, in order, each as a step of its own trace. Raises whatever a reaction raises but `Skip`."""
        for envelope in envelopes:
            react = self.each.get(type(envelope.event))
            if react:
                _react(react, envelope, transaction)
        for event, react_together in self.together.items():
            batch = [envelope for envelope in envelopes if type(envelope.event) is event]
            if batch:
                _react_together(react_together, batch, transaction)


def _react(react: React, envelope: Envelope, transaction: Connection) -> None:
    story = structlog.contextvars.bound_contextvars(event_id=str(envelope.id), event_type=envelope.type)
    with tracing(envelope.traceparent), story:
        try:
            react(envelope, transaction)
        except Skip as reason:
            log.info("skipped", reason=str(reason))


def _react_together(react: ReactTogether, batch: Sequence[Envelope], transaction: Connection) -> None:
    # Many stories at once: whatever this sets off begins a new one.
    with tracing(None), structlog.contextvars.bound_contextvars(event_type=batch[0].type):
        try:
            react(batch, transaction)
        except Skip as reason:
            log.info("skipped", reason=str(reason), events=len(batch))


def reactions(each: Mapping[type[Any], React], together: Mapping[type[Any], ReactTogether] | None = None) -> Reactions:
    """Declare a service's reactions."""
    return Reactions(dict(each), dict(together or {}))
