"""What the live board shows of a call campaign: how many calls stand where, and what became of them by office."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from services.calls.domain.call import HOLDS_THE_LINE, State
from services.calls.storage.tables import calls, office_lines, ridings

# The states of a call in the words of the board.
STAGES = {
    "waiting": (State.REQUESTED,),
    "ringing": (State.DIALLING, State.RINGING, State.ANSWERED),
    "talking": (State.BRIDGING, State.BRIDGED, State.RETURNED, State.REPORTED, State.HUNG_UP),
    "done": (State.FINISHED,),
}
# Before the end, what the carrier told of the office's leg; after it, what that amounts to.
_SEEN = sa.func.coalesce(calls.c.carrier_outcome, calls.c.office_outcome)


@dataclass
class OfficeRow:
    """One office: who sits there, how its line does, and what became of its calls, as seen and as said."""

    target_name: str
    riding: str
    limit: int | None = None
    on_the_line: int = 0
    calls: int = 0
    talked_seconds: int = 0
    seen_by_carrier: Counter[str] = field(default_factory=Counter)
    said_by_supporter: Counter[str] = field(default_factory=Counter)


class Board:
    """The numbers of one call campaign, in one transaction."""

    def __init__(self, transaction: Connection, call_campaign: str) -> None:
        self._transaction = transaction
        self._mine = calls.c.call_campaign == call_campaign

    def stages(self) -> dict[str, int]:
        """How many calls wait, ring, talk and are done."""
        question = sa.select(calls.c.state, sa.func.count().label("calls")).where(self._mine).group_by(calls.c.state)
        by_state = {row.state: row.calls for row in self._transaction.execute(question)}
        return {name: sum(by_state.get(state.value, 0) for state in states) for name, states in STAGES.items()}

    def reached(self) -> int:
        """How many calls an office or its voicemail answered: the public counter."""
        question = sa.select(sa.func.count()).where(self._mine, _SEEN == "completed")
        return self._transaction.execute(question).scalar_one()

    def endings(self) -> dict[str, int]:
        """Why calls that never reached the office's line ended."""
        question = (
            sa.select(calls.c.ending, sa.func.count().label("calls"))
            .where(self._mine, calls.c.ending.is_not(None), calls.c.ending != "done")
            .group_by(calls.c.ending)
            .order_by(sa.desc("calls"))
        )
        return {row.ending: row.calls for row in self._transaction.execute(question)}

    def offices(self) -> list[OfficeRow]:
        """Every office that was dialled or is about to be, the most called first."""
        rows: dict[str, OfficeRow] = {}
        for row in self._transaction.execute(self._by_office()):
            office = rows.setdefault(
                row.office, OfficeRow(row.target_name, row.riding_name or "", limit=row.line_limit)
            )
            if row.state in HOLDS_THE_LINE:
                office.on_the_line += row.calls
            if row.was_dialled:
                office.calls += row.calls
                office.talked_seconds += row.seconds
            if row.seen:
                office.seen_by_carrier[row.seen] += row.calls
            if row.said:
                office.said_by_supporter[row.said] += row.calls
        shown = [row for row in rows.values() if row.calls or row.on_the_line]
        return sorted(shown, key=lambda row: (-row.calls, row.target_name))

    def _by_office(self) -> Any:
        was_dialled = calls.c.confirmed_at.is_not(None)
        columns: list[Any] = [
            calls.c.office,
            calls.c.target_name,
            ridings.c.name.label("riding_name"),
            office_lines.c.limit.label("line_limit"),
            calls.c.state,
            was_dialled.label("was_dialled"),
            sa.case((was_dialled, _SEEN)).label("seen"),
            calls.c.reported_outcome.label("said"),
        ]
        joined = calls.outerjoin(ridings, ridings.c.id == calls.c.riding).outerjoin(
            office_lines, office_lines.c.number == calls.c.number
        )
        totals = (sa.func.count().label("calls"), sa.func.sum(calls.c.talked_seconds).label("seconds"))
        return (
            sa.select(*columns, *totals)
            .select_from(joined)
            .where(self._mine, calls.c.office.is_not(None))
            .group_by(*columns)
        )
