"""The wishes to be erased: each is a job from the moment it is asked for until its domain event is posted."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from shared.due_work import schedule
from shared.due_work.tables import jobs

ERASE = "erase"


class Erasures:
    """The wishes, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, supporter_id: str, at: datetime) -> None:
        """Keep a wish; one that is kept already and failed too often is tried again."""
        schedule(self._transaction, ERASE, supporter_id, {"supporter_id": supporter_id}, due_at=at)

    def is_waiting(self, supporter_ids: Iterable[str]) -> bool:
        """Whether any of these supporters is still to be erased."""
        theirs = jobs.c.kind == ERASE, jobs.c.key.in_(list(supporter_ids))
        return bool(self._transaction.execute(sa.select(sa.exists().where(*theirs))).scalar_one())
