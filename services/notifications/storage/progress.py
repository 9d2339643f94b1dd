"""How far broadcasts are: what of them is in which state, for how long, and why some of it did not arrive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from services.notifications.domain.delivery import SETTLED, State
from services.notifications.storage.tables import deliveries


@dataclass(frozen=True)
class StateCount:
    """How many of a broadcast's messages on a channel are in a state, and since when the longest of them is."""

    channel: str
    state: State
    count: int
    since: datetime


@dataclass(frozen=True)
class ReasonCount:
    """How many messages were not sent, or did not arrive, for one reason: ours in a word, or a provider's code."""

    channel: str
    state: State
    reason: str
    count: int


class Progress:
    """The progress of broadcasts, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def states(self, broadcast_ids: Iterable[UUID]) -> dict[UUID, dict[State, int]]:
        """How many messages of each of some broadcasts are in which state."""
        wanted = deliveries.c.broadcast_id.in_(list(broadcast_ids))
        question = sa.select(deliveries.c.broadcast_id, deliveries.c.state, sa.func.count().label("messages"))
        grouped = question.where(wanted).group_by(deliveries.c.broadcast_id, deliveries.c.state)
        found: dict[UUID, dict[State, int]] = {}
        for row in self._transaction.execute(grouped):
            found.setdefault(row.broadcast_id, {})[State(row.state)] = row.messages
        return found

    def is_settled(self, broadcast_id: UUID) -> bool:
        """Whether nothing more will be heard of a broadcast's messages."""
        unsettled = [state.value for state in State if state not in SETTLED]
        open_ = sa.select(deliveries.c.id).where(
            deliveries.c.broadcast_id == broadcast_id, deliveries.c.state.in_(unsettled)
        )
        return not self._transaction.execute(sa.select(open_.exists())).scalar_one()

    def by_channel(self, broadcast_id: UUID) -> list[StateCount]:
        """The messages of a broadcast by channel and state, in the order in which they go through them."""
        since = sa.func.coalesce(
            deliveries.c.settled_at, deliveries.c.accepted_at, deliveries.c.sending_at, deliveries.c.planned_at
        )
        count, oldest = sa.func.count().label("messages"), sa.func.min(since).label("since")
        question = sa.select(deliveries.c.channel, deliveries.c.state, count, oldest)
        mine = question.where(deliveries.c.broadcast_id == broadcast_id)
        rows = self._transaction.execute(mine.group_by(deliveries.c.channel, deliveries.c.state))
        found = [StateCount(row.channel, State(row.state), row.messages, row.since) for row in rows]
        return sorted(found, key=lambda one: (one.channel != "text", list(State).index(one.state)))

    def reasons(self, broadcast_id: UUID) -> list[ReasonCount]:
        """Why some messages of a broadcast were not sent or did not arrive, the most frequent reason first."""
        columns = (deliveries.c.channel, deliveries.c.state, deliveries.c.reason)
        question = sa.select(*columns, sa.func.count().label("messages"))
        mine = question.where(
            deliveries.c.broadcast_id == broadcast_id,
            deliveries.c.state.in_([State.FAILED.value, State.DROPPED.value]),
        )
        rows = self._transaction.execute(mine.group_by(*columns).order_by(sa.text("messages DESC"), *columns))
        return [ReasonCount(row.channel, State(row.state), row.reason or "", row.messages) for row in rows]
