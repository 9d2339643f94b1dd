"""The audit log: rows are added and read, never changed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from services.organizers.domain.audit import Deed, Entry
from services.organizers.storage.tables import audit_log
from shared.identifiers import new_id


class AuditLog:
    """The log, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def note(self, deed: Deed, by: str, about: str | None, at: datetime) -> None:
        """Add a line, in the transaction of what it tells of."""
        row = {"id": new_id(), "at": at, "by": by, "deed": deed.value, "about": about}
        self._transaction.execute(sa.insert(audit_log).values(row))

    def newest(self, limit: int) -> list[Entry]:
        """The newest lines, newest first."""
        question = sa.select(audit_log).order_by(audit_log.c.at.desc(), audit_log.c.id.desc()).limit(limit)
        rows = self._transaction.execute(question)
        return [Entry(row.at, row.by, Deed(row.deed), row.about) for row in rows]
