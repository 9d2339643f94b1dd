"""Settle messages: note what finally became of them, count it, and tell the other services."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.notifications.domain.delivery import Channel, Delivery, State
from services.notifications.storage.deliveries import Deliveries
from shared.domain_events.notifications import MessageSettled
from shared.observability.metrics import DELIVERIES
from shared.outbox.outbox import COLUMNS, INSERT, outbox_row


def settle(transaction: Connection, state: State, reasons: Mapping[UUID, str], now: datetime) -> list[Delivery]:
    """Settle those that are not settled yet, each with its reason; those that were, as they are now."""
    settled = Deliveries(transaction).end(state, reasons, now)
    tell(transaction, settled)
    return settled


def tell(transaction: Connection, settled: Sequence[Delivery]) -> None:
    """Post what became of messages, each in the story of what set it off."""
    count((one.channel, one.state) for one in settled)
    rows = [outbox_row(_event(delivery), delivery.traceparent) for delivery in settled]
    if rows:
        transaction.execute(INSERT, dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))


def count(reached: Iterable[tuple[Channel, State]]) -> None:
    """Count the states that messages have reached, each with its channel."""
    for (channel, state), number in Counter(reached).items():
        DELIVERIES.labels(channel, state).inc(number)


def _event(delivery: Delivery) -> MessageSettled:
    return MessageSettled(
        message_id=str(delivery.id),
        supporter_id=delivery.supporter_id,
        channel=delivery.channel.value,
        cause=str(delivery.cause),
        state=delivery.state.value,
        reason=delivery.reason,
    )
