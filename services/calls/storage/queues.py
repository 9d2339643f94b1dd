"""The calls that wait, as queues; and what must be free for one of them: a line, and a telephone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from services.calls.domain.call import HOLDS_THE_LINE, ON_THE_PHONE, Aim, Call
from services.calls.domain.sharing import Queue
from services.calls.storage.call_rows import call_of
from services.calls.storage.tables import IS_ON_THE_PHONE, IS_REQUESTED, calls

# Workers that dial take turns, so that no line and no telephone is given two calls by two of them at once.
_DIALLING_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('groundswell dial'))")


@dataclass(frozen=True)
class Waiting:
    """How many calls of one campaign wait for one target."""

    call_campaign: str
    aim: Aim
    riding: str | None
    length: int


class Queues:
    """The queues, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def take_turn(self) -> None:
        """Wait for other workers that choose calls to dial."""
        self._transaction.execute(_DIALLING_LOCK)

    def waiting(self, now: datetime) -> list[Waiting]:
        """Every queue, the one that has waited longest first."""
        question = (
            sa.select(calls.c.call_campaign, calls.c.aim, calls.c.riding, sa.func.count().label("length"))
            .where(IS_REQUESTED, calls.c.due_at <= now, calls.c.expires_at > now, calls.c.aim != Aim.PENDING.value)
            .group_by(calls.c.call_campaign, calls.c.aim, calls.c.riding)
            .order_by(sa.func.min(calls.c.requested_at))
        )
        rows = self._transaction.execute(question)
        return [Waiting(row.call_campaign, Aim(row.aim), row.riding, row.length) for row in rows]

    def first_in(self, queue: Queue, now: datetime, at_most: int, *, but_not: Collection[str]) -> list[Call]:
        """The calls at the head of a queue whose telephone is not busy with another, locked.

        `but_not` are telephones that were taken in this same transaction.
        """
        other = calls.alias()
        busy = sa.exists().where(
            other.c.phone_id == calls.c.phone_id, other.c.state.in_([state.value for state in ON_THE_PHONE])
        )
        question = (
            sa.select(calls)
            .where(calls.c.call_campaign == queue.call_campaign, calls.c.aim == queue.aim.value)
            .where(calls.c.riding.is_not_distinct_from(queue.riding), IS_REQUESTED)
            .where(calls.c.due_at <= now, calls.c.expires_at > now, ~busy, calls.c.phone_id.not_in(list(but_not)))
            .order_by(calls.c.requested_at)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
        found = [call_of(row) for row in self._transaction.execute(question)]
        # Two people of one household may share a telephone.
        return list({call.phone_id: call for call in reversed(found)}.values())[::-1]

    def calls_on_lines(self) -> dict[str, int]:
        """How many calls each line has or is about to have, by number."""
        question = (
            sa.select(calls.c.number, sa.func.count().label("calls"))
            .where(IS_ON_THE_PHONE, calls.c.state.in_([state.value for state in HOLDS_THE_LINE]))
            .group_by(calls.c.number)
        )
        return {row.number: row.calls for row in self._transaction.execute(question)}
