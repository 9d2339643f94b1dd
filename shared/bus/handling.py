"""What a consumer does with messages: read them, and act on those that are new, in one transaction with the inbox."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shared.bus.dead_letters import is_replay_for_another
from shared.bus.reactions import Reactions
from shared.clock import now
from shared.database import Database
from shared.domain_events.envelope import Envelope, EventIsUnreadable, read_envelope
from shared.observability.logging import logger
from shared.observability.metrics import HANDLED, HANDLED_AGE, HANDLER_SECONDS
from shared.observability.tracing import trace_ids

log = logger("handling")


@dataclass(frozen=True)
class Message:
    """A Kafka record with what could be read of it: an envelope, a reason why not, or neither (not ours)."""

    record: Any
    envelope: Envelope | None
    unreadable: str | None

    @property
    def offset(self) -> int:
        """Its place in its partition."""
        return int(self.record.offset)

    @property
    def type(self) -> str:
        """The domain event's type, for counting."""
        return self.envelope.type if self.envelope else "unreadable"


class Handling:
    """One service's reading and acting. Knows nothing of offsets and retries."""

    def __init__(self, service: str, reactions: Reactions, database: Database) -> None:
        self._service = service
        self._reactions = reactions
        self._known = reactions.known
        self._database = database

    def read(self, record: Any) -> Message:
        """A record as this service understands it."""
        if is_replay_for_another(record.headers, self._service):
            return Message(record, None, None)
        try:
            return Message(record, read_envelope(record.headers, record.value, self._known), None)
        except EventIsUnreadable as reason:
            return Message(record, None, str(reason))

    def act(self, messages: Sequence[Message]) -> None:
        """React to the messages that are new, all or none. Raises whatever a reaction raises but `Skip`."""
        envelopes = [message.envelope for message in messages if message.envelope]
        if not envelopes:
            return
        with HANDLER_SECONDS.labels(self._service).time(), self._database.transaction() as transaction:
            fresh = self._remember(transaction, envelopes)
            self._reactions.act(fresh, transaction)
        self._count(envelopes, fresh)

    def _remember(self, transaction: sa.Connection, envelopes: Sequence[Envelope]) -> list[Envelope]:
        """Insert the inbox rows; the envelopes that had none, each once, in order.

        Waits for another worker that handles one of them at this moment, as may be after a rebalance.
        """
        unique = {envelope.id: envelope for envelope in envelopes}
        given = {"consumer": self._service, "ids": list(unique)}
        seen_before = set(transaction.execute(_REMEMBER, given).scalars())
        return [envelope for id_, envelope in unique.items() if id_ not in seen_before]

    def _count(self, envelopes: Sequence[Envelope], fresh: Sequence[Envelope]) -> None:
        acted = Counter(envelope.type for envelope in fresh)
        seen_before = Counter(envelope.type for envelope in envelopes) - acted
        for outcome, types in (("acted", acted), ("seen_before", seen_before)):
            for type_, number in types.items():
                HANDLED.labels(self._service, type_, outcome).inc(number)
        if fresh:
            oldest = min(envelope.time for envelope in fresh)
            HANDLED_AGE.labels(self._service).observe((now() - oldest).total_seconds())
            # One line a batch, by which each of its stories can be followed to here.
            stories = trace_ids(envelope.traceparent for envelope in fresh)
            log.info("acted", service=self._service, events=dict(acted), trace_ids=stories)


# Tells which had a row already, as that is hardly ever one.
_REMEMBER = sa.text(
    "WITH given AS MATERIALIZED (SELECT unnest(CAST(:ids AS uuid[])) AS id),"
    " fresh AS (INSERT INTO inbox (consumer, event_id) SELECT :consumer, id FROM given"
    " ON CONFLICT DO NOTHING RETURNING event_id)"
    " SELECT id FROM given WHERE id NOT IN (SELECT event_id FROM fresh)"
)
