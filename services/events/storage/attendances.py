"""Attendances: one for each gathering and supporter."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.events.domain.attendance import Attendance, Headcount, Status, Via
from services.events.storage.tables import attendances
from shared.domain_events.events import AttendanceAdded, AttendanceChanged
from shared.outbox import post

_IS_COMING = attendances.c.status == Status.COMING.value


class Attendances:
    """The attendances, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def of(self, supporter_id: str, gathering: str) -> Attendance | None:
        """What a supporter last said to a gathering, if anything."""
        theirs = attendances.c.supporter_id == supporter_id, attendances.c.gathering == gathering
        row = self._transaction.execute(sa.select(attendances).where(*theirs)).one_or_none()
        return _attendance(row) if row else None

    def headcount(self, gathering: str) -> Headcount:
        """How many are coming."""
        return self.headcounts([gathering]).get(gathering, Headcount())

    def headcounts(self, gatherings: list[str]) -> dict[str, Headcount]:
        """How many are coming to each of some gatherings; those without anybody are left out."""
        question = sa.select(attendances.c.gathering, attendances.c.via, sa.func.count().label("number"))
        grouped = question.where(attendances.c.gathering.in_(gatherings), _IS_COMING).group_by(
            attendances.c.gathering, attendances.c.via
        )
        found: dict[str, dict[str, int]] = {}
        for row in self._transaction.execute(grouped):
            found.setdefault(row.gathering, {})[row.via] = row.number
        return {slug: Headcount(**numbers) for slug, numbers in found.items()}

    def keep(self, attendance: Attendance) -> None:
        """Keep an attendance, new or changed."""
        row = {**vars(attendance), "status": attendance.status.value, "via": attendance.via.value}
        changes = {name: value for name, value in row.items() if name != "id"}
        kept = insert(attendances).values(row).on_conflict_do_update(index_elements=["id"], set_=changes)
        self._transaction.execute(kept)

    def forget(self, supporter_id: str, until: datetime) -> None:
        """Unlink a supporter from what they said until a moment that they are coming to, and drop what else they said.

        An unlinked row stays for the count, with neither id nor time by which it could be matched with a domain event.
        """
        theirs = attendances.c.supporter_id == supporter_id, attendances.c.answered_at <= until
        self._transaction.execute(sa.delete(attendances).where(*theirs, ~_IS_COMING))
        self._transaction.execute(
            sa.update(attendances)
            .where(*theirs)
            .values(
                id=sa.func.gen_random_uuid(),
                supporter_id=None,
                sealed=None,
                language=None,
                answered_at=sa.func.date_trunc("day", attendances.c.answered_at),
            )
        )

    def post(self, event: AttendanceAdded | AttendanceChanged) -> None:
        """Tell the other services, once the transaction is committed."""
        post(self._transaction, event)


def _attendance(row: Any) -> Attendance:
    return Attendance(
        id=row.id,
        gathering=row.gathering,
        supporter_id=row.supporter_id,
        via=Via(row.via),
        answered_at=row.answered_at,
        status=Status(row.status),
        language=row.language,
        sealed=row.sealed,
    )
