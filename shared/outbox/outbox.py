"""`post`: a domain event becomes a row in the transaction of the change that it tells of."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from shared.clock import now
from shared.domain_events.catalogue import encoded
from shared.domain_events.envelope import MAX_BYTES, DomainEvent
from shared.identifiers import new_id
from shared.observability.tracing import traceparent


class EventIsTooLarge(ValueError):
    """A domain event is larger than Kafka takes; it would stop the relay, so the change itself is refused."""


def post(transaction: Connection, event: DomainEvent) -> None:
    """Post one domain event with the transaction. Raises `ValidationError` or `EventIsTooLarge`."""
    post_many(transaction, [event])


def post_many(transaction: Connection, events: Sequence[DomainEvent]) -> None:
    """Post several, in this order, in one statement."""
    if not events:
        return
    columns = zip(*(outbox_row(event) for event in events), strict=True)
    transaction.execute(INSERT, dict(zip(COLUMNS, map(list, columns), strict=True)))


def outbox_row(event: DomainEvent, trace: str | None = None) -> tuple[Any, ...]:
    """The values of `COLUMNS` for an event."""
    payload = encoded(type(event)).json(event)
    if len(payload) > MAX_BYTES:
        raise EventIsTooLarge(f"{event.type} has {len(payload)} bytes; at most {MAX_BYTES} are allowed")
    key = event.key
    return (new_id(), event.poster, key, event.type, payload.decode(), key, now(), trace or traceparent())


COLUMNS = ("id", "aggregatetype", "aggregateid", "type", "payload", "subject", "occurred_at", "traceparent")
_TYPES = ("uuid", "text", "text", "text", "text", "text", "timestamptz", "text")
_SELECTED = ", ".join("CAST(payload AS json)" if column == "payload" else column for column in COLUMNS)

# One statement whatever the number of events: rows come from arrays, in order.
INSERT = sa.text(
    f"INSERT INTO outbox ({', '.join(COLUMNS)}) SELECT {_SELECTED} FROM unnest("
    + ", ".join(f"CAST(:{column} AS {kind}[])" for column, kind in zip(COLUMNS, _TYPES, strict=True))
    + f") WITH ORDINALITY AS row ({', '.join(COLUMNS)}, place) ORDER BY place"
)
