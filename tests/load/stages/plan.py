"""Plan: a broadcast to a hundred thousand contacts, beside one INSERT … SELECT of the same rows."""

import time
from typing import Any

import sqlalchemy as sa

from services.notifications.storage.records import Records
from services.notifications.use_cases.plan_broadcast import PLAN
from shared.due_work import schedule
from shared.due_work.loop import DueWork
from tests.load.machine import Machine, cpu_seconds
from tests.load.measuring import Measured, Stage, in_turns
from tests.load.supporters import Supporters, supporters

CONTACTS = 100_000


def run(components: Machine) -> Measured:
    """Plan a text to everybody, as due work does: the audience counted first, then a chunk a transaction."""
    known = supporters(components, 1, CONTACTS)
    milliseconds: list[float] = []
    planned: set[tuple[Any, ...]] = set()

    def limit() -> float:
        seconds = _copy(known)
        assert _lines(known) == planned
        return CONTACTS / seconds

    def ours() -> float:
        known.forget_messages()
        before = cpu_seconds(components.database_processes())
        seconds = _plan(known)
        milliseconds.append(1000 * (cpu_seconds(components.database_processes()) - before) / CONTACTS)
        planned.update(_lines(known))
        assert len(planned) == CONTACTS
        return CONTACTS / seconds

    ours()
    measured = in_turns(limit, ours)
    known.backbone.database.close()
    remark = f"CPU a line: {sorted(milliseconds)[len(milliseconds) // 2]:.3f} ms in PostgreSQL"
    return Measured(measured.limit, measured.measured, (remark,))


def _plan(known: Supporters) -> float:
    """Announce it, and do the due work until there is none; the seconds that took."""
    broadcast = known.announcement("text")
    due = DueWork("notifications", known.backbone.database, known.assembly.jobs, {})
    began = time.monotonic()
    with known.backbone.database.transaction() as transaction:
        Records(transaction).broadcasts.add(broadcast)
        schedule(transaction, PLAN, str(broadcast.id), {"broadcast_id": str(broadcast.id)})
    while due.step():
        pass
    return time.monotonic() - began


def _copy(known: Supporters) -> float:
    """Write the lines that were planned last once more, by one statement; the seconds that took."""
    with known.backbone.database.transaction() as transaction:
        transaction.execute(sa.text("TRUNCATE deliveries"))
    began = time.monotonic()
    with known.backbone.database.transaction() as transaction:
        transaction.execute(_ONE_STATEMENT)
    return time.monotonic() - began


def _lines(known: Supporters) -> set[tuple[Any, ...]]:
    """What was planned, but for what is new each time."""
    with known.backbone.database.statement() as connection:
        return {tuple(row) for row in connection.execute(_LINES)}


_LINES = sa.text("SELECT supporter_id, channel, kind, address_id, lane, language, state FROM deliveries")
_ONE_STATEMENT = sa.text(
    "INSERT INTO deliveries (id, cause, supporter_id, channel, kind, about, broadcast_id, address_id, lane, language,"
    " due_at, traceparent) SELECT gen_random_uuid(), b.cause, c.supporter_id, 'text', 'announcement', b.id::text, b.id,"
    " c.phone_id, 3, c.language, now(), b.traceparent FROM broadcasts b CROSS JOIN contacts c"
    " WHERE c.may_text AND c.phone_id IS NOT NULL ORDER BY c.supporter_id"
)
STAGE = Stage("plan", "lines of the ledger", 0.60, run)
