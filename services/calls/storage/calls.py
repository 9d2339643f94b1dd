"""Calls: those that wait, those on the telephone, and what became of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.calls.domain.call import HOLDS_THE_LINE, Aim, Call, Ending, Line, State
from services.calls.storage.tables import NOT_FINISHED, ON_THE_PHONE, REQUESTED, calls

# Workers that dial take turns, so that no line and no telephone is given two calls by two of them at once.
_DIALLING_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('groundswell dial'))")


@dataclass(frozen=True)
class Waiting:
    """How many calls of one campaign wait for one target."""

    call_campaign: str
    aim: Aim
    riding: str | None
    length: int


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
            _facts(call, call.requested_at)
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
        return _call(row) if row else None

    def latest_of(self, call_campaign: str, supporter_id: str) -> Call | None:
        """A supporter's newest call in a campaign."""
        question = (
            sa.select(calls)
            .where(calls.c.call_campaign == call_campaign, calls.c.supporter_id == supporter_id)
            .order_by(calls.c.requested_at.desc())
            .limit(1)
        )
        row = self._transaction.execute(question).one_or_none()
        return _call(row) if row else None

    def waiting_of(self, supporter_id: str) -> list[Call]:
        """A supporter's calls that were not dialled yet, locked."""
        question = sa.select(calls).where(calls.c.supporter_id == supporter_id, REQUESTED).with_for_update()
        return [_call(row) for row in self._transaction.execute(question)]

    def rung_since(self, phone_id: str, since: datetime) -> int:
        """How often a telephone was rung since then."""
        question = sa.select(sa.func.count()).where(calls.c.phone_id == phone_id, calls.c.dialled_at >= since)
        return self._transaction.execute(question).scalar_one()

    def save(self, call: Call, at: datetime, *, check_at: datetime | None = None) -> None:
        """Write down what is known of a call by now; each moment is that of when it was first known."""
        moments = {name: sa.func.coalesce(calls.c[name], moment) for name, moment in _moments(call, at).items()}
        looked_after = {"check_at": check_at} if check_at else {}
        self._update(call.id, **(_facts(call, at) | moments | looked_after))

    def keep_aim(self, call: Call) -> None:
        """Write down whom a waiting call is for, now that its supporter was located."""
        self._update(call.id, aim=call.aim.value, riding=call.riding)

    def dial(self, call: Call, at: datetime, *, check_at: datetime) -> None:
        """Write down that a call is being dialled now."""
        self._update(call.id, **_facts(call, at), dialled_at=at, check_at=check_at)

    def put_off(self, call: Call, *, due_at: datetime) -> None:
        """Let a call that was not dialled wait until then."""
        self._update(call.id, due_at=due_at)

    def put_back(self, call: Call, *, due_at: datetime) -> None:
        """Let a call wait until then before it is dialled again; it is looked after when it expires."""
        self._update(call.id, **_facts(call, due_at), due_at=due_at, check_at=calls.c.expires_at)

    def unlink(self, supporter_id: str) -> None:
        """Take out of a supporter's finished calls whose they were; the totals stay."""
        change = sa.update(calls).where(calls.c.supporter_id == supporter_id, calls.c.state == State.FINISHED.value)
        self._transaction.execute(change.values(supporter_id=None, phone_id=None, cause=sa.cast(calls.c.id, sa.Text)))

    def look_after_waiting(self, call_campaign: str, at: datetime) -> None:
        """Have every call of a campaign that waits looked after now."""
        change = sa.update(calls).where(calls.c.call_campaign == call_campaign, REQUESTED)
        self._transaction.execute(change.values(check_at=at))

    def take_turn_to_dial(self) -> None:
        """Wait for other workers that choose calls to dial."""
        self._transaction.execute(_DIALLING_LOCK)

    def waiting(self, now: datetime) -> list[Waiting]:
        """The queues, the one that has waited longest first."""
        question = (
            sa.select(calls.c.call_campaign, calls.c.aim, calls.c.riding, sa.func.count().label("length"))
            .where(REQUESTED, calls.c.due_at <= now, calls.c.expires_at > now, calls.c.aim != Aim.PENDING.value)
            .group_by(calls.c.call_campaign, calls.c.aim, calls.c.riding)
            .order_by(sa.func.min(calls.c.requested_at))
        )
        rows = self._transaction.execute(question)
        return [Waiting(row.call_campaign, Aim(row.aim), row.riding, row.length) for row in rows]

    def first_in(self, queue: Waiting, now: datetime, at_most: int, *, but_not: Collection[str]) -> list[Call]:
        """The calls at the head of a queue whose telephone is not busy with another, locked.

        `but_not` are telephones that were taken in this same transaction.
        """
        other = calls.alias()
        busy = sa.exists().where(other.c.phone_id == calls.c.phone_id, other.c.state.in_(_ON_THE_PHONE))
        question = (
            sa.select(calls)
            .where(calls.c.call_campaign == queue.call_campaign, calls.c.aim == queue.aim.value)
            .where(calls.c.riding.is_not_distinct_from(queue.riding), REQUESTED_CALLS)
            .where(calls.c.due_at <= now, calls.c.expires_at > now, ~busy, calls.c.phone_id.not_in(list(but_not)))
            .order_by(calls.c.requested_at)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
        found = [_call(row) for row in self._transaction.execute(question)]
        # Two people of one household may share a telephone.
        return list({call.phone_id: call for call in reversed(found)}.values())[::-1]

    def on_lines(self) -> dict[str, int]:
        """How many calls each line has or is about to have, by number."""
        question = (
            sa.select(calls.c.number, sa.func.count().label("calls"))
            .where(ON_THE_PHONE, calls.c.state.in_([state.value for state in HOLDS_THE_LINE]))
            .group_by(calls.c.number)
        )
        return {row.number: row.calls for row in self._transaction.execute(question)}

    def to_look_after(self, now: datetime, until: datetime, at_most: int) -> list[tuple[Call, datetime | None]]:
        """Calls that nothing was heard of for too long, with when they were dialled; ours alone `until` then."""
        chosen = (
            sa.select(calls.c.id)
            .where(NOT_FINISHED, calls.c.check_at <= now)
            .order_by(calls.c.check_at)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
        taken = sa.update(calls).where(calls.c.id.in_(chosen.scalar_subquery())).values(check_at=until)
        return [(_call(row), row.dialled_at) for row in self._transaction.execute(taken.returning(calls))]

    def known_to_carrier(self, carrier_ids: Collection[str]) -> set[str]:
        """Which of the carrier's names are those of calls we know."""
        question = sa.select(calls.c.carrier_id).where(calls.c.carrier_id.in_(list(carrier_ids)))
        return set(self._transaction.execute(question).scalars())

    def _update(self, call_id: UUID, **values: Any) -> None:
        self._transaction.execute(sa.update(calls).where(calls.c.id == call_id).values(values))


REQUESTED_CALLS = calls.c.state == State.REQUESTED.value
_ON_THE_PHONE = [state.value for state in State if state not in (State.REQUESTED, State.FINISHED)]


def _call(row: Any) -> Call:
    return Call(
        id=row.id,
        call_campaign=row.call_campaign,
        supporter_id=row.supporter_id,
        phone_id=row.phone_id,
        language=row.language,
        via=row.via,
        cause=row.cause,
        requested_at=row.requested_at,
        aim=Aim(row.aim),
        riding=row.riding,
        line=_line(row),
        dialling=row.dialling,
        attempts=row.attempts,
        carrier_id=row.carrier_id,
        rang=row.rang_at is not None,
        answered=row.answered_at is not None,
        confirmed=row.confirmed_at is not None,
        bridged=row.bridged_at is not None,
        office_outcome=row.office_outcome,
        talked_seconds=row.talked_seconds,
        reported_outcome=row.reported_outcome,
        hung_up=row.hung_up,
        settled=row.settled,
        called_off=Ending(row.called_off) if row.called_off else None,
    )


def _line(row: Any) -> Line | None:
    if row.number is None:
        return None
    return Line(target_name=row.target_name, office=row.office, number=row.number, extension=row.extension)


def _facts(call: Call, at: datetime) -> dict[str, Any]:
    line = call.line
    return {
        "state": call.state.value,
        "aim": call.aim.value,
        "riding": call.riding,
        "target_name": line.target_name if line else None,
        "office": line.office if line else None,
        "number": line.number if line else None,
        "extension": line.extension if line else "",
        "dialling": call.dialling,
        "attempts": call.attempts,
        "carrier_id": call.carrier_id,
        "office_outcome": call.office_outcome,
        "talked_seconds": call.talked_seconds,
        "reported_outcome": call.reported_outcome,
        "hung_up": call.hung_up,
        "settled": call.settled,
        "called_off": call.called_off.value if call.called_off else None,
        "ending": call.ending.value if call.is_over else None,
        "carrier_outcome": call.carrier_outcome if call.is_over else None,
        "finished_at": at if call.is_over else None,
    }


def _moments(call: Call, at: datetime) -> dict[str, datetime]:
    reached = {
        "rang_at": call.rang,
        "answered_at": call.answered,
        "confirmed_at": call.confirmed,
        "bridged_at": call.bridged,
        "returned_at": call.office_outcome is not None,
        "reported_at": call.reported_outcome is not None,
        "hung_up_at": call.hung_up is not None,
    }
    return {name: at for name, is_so in reached.items() if is_so}
