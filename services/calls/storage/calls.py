"""Calls: added when they are asked for, dialled, written down as they are heard of, looked after, forgotten."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.calls.domain.call import Call, State
from services.calls.storage.call_rows import call_of, facts_of, moments_of
from services.calls.storage.tables import IS_NOT_FINISHED, IS_REQUESTED, calls


class Calls:
    """The calls, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, call: Call, *, expires_at: datetime) -> bool:
        """Keep a new call; False where the supporter has one in this campaign already, or had it for this cause."""
        return bool(self.add_all([call], expires_at=expires_at))

    def add_all(self, new: Sequence[Call], *, expires_at: datetime) -> set[UUID]:
        """`add` for many; the ids of those that were kept."""
        rows = [
            facts_of(call, call.requested_at)
            | {
                "id": call.id,
                "call_campaign": call.call_campaign,
                "supporter_id": call.supporter_id,
                "phone_id": call.phone_id,
                "language": call.language,
                "via": call.via,
                "cause": call.cause,
                "requested_at": call.requested_at,
                "due_at": call.requested_at,
                "expires_at": expires_at,
                "check_at": expires_at,
            }
            for call in new
        ]
        added = insert(calls).on_conflict_do_nothing().returning(calls.c.id)
        return set(self._transaction.execute(added.values(rows)).scalars()) if rows else set()

    def get(self, call_id: UUID) -> Call | None:
        """One call, locked until the end of the transaction; None where there is none."""
        row = self._transaction.execute(sa.select(calls).where(calls.c.id == call_id).with_for_update()).one_or_none()
        return call_of(row) if row else None

    def latest_of(self, call_campaign: str, supporter_id: str) -> Call | None:
        """A supporter's newest call in a campaign."""
        question = (
            sa.select(calls)
            .where(calls.c.call_campaign == call_campaign, calls.c.supporter_id == supporter_id)
            .order_by(calls.c.requested_at.desc())
            .limit(1)
        )
        row = self._transaction.execute(question).one_or_none()
        return call_of(row) if row else None

    def waiting_of(self, supporter_id: str) -> list[Call]:
        """A supporter's calls that were not dialled yet, locked."""
        question = sa.select(calls).where(calls.c.supporter_id == supporter_id, IS_REQUESTED).with_for_update()
        return [call_of(row) for row in self._transaction.execute(question)]

    def rung_since(self, phone_ids: Iterable[str], since: datetime) -> dict[str, int]:
        """How often each of some telephones was rung since then; nothing of one that was not."""
        question = (
            sa.select(calls.c.phone_id, sa.func.count().label("calls"))
            .where(calls.c.phone_id.in_(list(phone_ids)), calls.c.dialled_at >= since)
            .group_by(calls.c.phone_id)
        )
        return {row.phone_id: row.calls for row in self._transaction.execute(question)}

    def save(self, call: Call, at: datetime, *, check_at: datetime | None = None) -> None:
        """Write down what is known of a call by now; each moment is that of when it was first known."""
        moments = {name: sa.func.coalesce(calls.c[name], moment) for name, moment in moments_of(call, at).items()}
        looked_after = {"check_at": check_at} if check_at else {}
        self._update(call.id, **(facts_of(call, at) | moments | looked_after))

    def keep_aim(self, call: Call) -> None:
        """Write down whom a waiting call is for, now that its supporter was located."""
        self._update(call.id, aim=call.aim.value, riding=call.riding)

    def dial(self, call: Call, at: datetime, *, check_at: datetime) -> None:
        """Write down that a call is being dialled now."""
        self._update(call.id, **facts_of(call, at), dialled_at=at, check_at=check_at)

    def put_off(self, call: Call, *, due_at: datetime) -> None:
        """Let a call that was not dialled wait until then."""
        self._update(call.id, due_at=due_at)

    def put_back(self, call: Call, *, due_at: datetime) -> None:
        """Let a call wait until then before it is dialled again; it is looked after when it expires."""
        self._update(call.id, **facts_of(call, due_at), due_at=due_at, check_at=calls.c.expires_at)

    def unlink(self, supporter_id: str) -> None:
        """Take out of a supporter's finished calls whose they were; the totals stay."""
        change = sa.update(calls).where(calls.c.supporter_id == supporter_id, calls.c.state == State.FINISHED.value)
        self._transaction.execute(change.values(supporter_id=None, phone_id=None, cause=sa.cast(calls.c.id, sa.Text)))

    def look_after_waiting(self, call_campaign: str, at: datetime) -> None:
        """Have every call of a campaign that waits looked after now."""
        change = sa.update(calls).where(calls.c.call_campaign == call_campaign, IS_REQUESTED)
        self._transaction.execute(change.values(check_at=at))

    def to_look_after(self, now: datetime, until: datetime, at_most: int) -> list[tuple[Call, datetime | None]]:
        """Calls that nothing was heard of for too long, with when they were dialled; ours alone `until` then."""
        chosen = (
            sa.select(calls.c.id)
            .where(IS_NOT_FINISHED, calls.c.check_at <= now)
            .order_by(calls.c.check_at)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
        taken = sa.update(calls).where(calls.c.id.in_(chosen.scalar_subquery())).values(check_at=until)
        return [(call_of(row), row.dialled_at) for row in self._transaction.execute(taken.returning(calls))]

    def known_to_carrier(self, carrier_ids: Collection[str]) -> set[str]:
        """Which of the carrier's names are those of calls we know."""
        question = sa.select(calls.c.carrier_id).where(calls.c.carrier_id.in_(list(carrier_ids)))
        return set(self._transaction.execute(question).scalars())

    def _update(self, call_id: UUID, **values: Any) -> None:
        self._transaction.execute(sa.update(calls).where(calls.c.id == call_id).values(values))
