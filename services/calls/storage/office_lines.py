"""What was learned of each office's line, by its number."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.calls.domain.office_line import OfficeLine
from services.calls.storage.tables import office_lines


class OfficeLines:
    """The lines, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def known(self, numbers: Collection[str]) -> dict[str, OfficeLine]:
        """What was learned of some lines; nothing of one never called."""
        rows = self._transaction.execute(sa.select(office_lines).where(office_lines.c.number.in_(numbers)))
        return {row.number: OfficeLine(row.limit, row.answered_in_a_row) for row in rows}

    def learn(self, number: str, outcome: str, ceiling: int, at: datetime) -> None:
        """Learn from a call that ended so."""
        fresh = {"number": number, "limit": ceiling, "answered_in_a_row": 0, "changed_at": at}
        self._transaction.execute(insert(office_lines).values(fresh).on_conflict_do_nothing())
        question = sa.select(office_lines).where(office_lines.c.number == number).with_for_update()
        row = self._transaction.execute(question).one()
        line = OfficeLine(row.limit, row.answered_in_a_row).after(outcome, ceiling)
        change = sa.update(office_lines).where(office_lines.c.number == number)
        self._transaction.execute(
            change.values(limit=line.limit, answered_in_a_row=line.answered_in_a_row, changed_at=at)
        )
