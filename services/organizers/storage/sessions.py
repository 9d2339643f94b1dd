"""The sessions that have not been ended; what a browser holds is a signed copy of one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from services.organizers.storage.tables import sessions


class Sessions:
    """The sessions, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def begin(self, id_: str, organizer_id: str, at: datetime) -> None:
        """Keep a new one."""
        row = {"id": id_, "organizer_id": organizer_id, "began_at": at}
        self._transaction.execute(sa.insert(sessions).values(row))

    def is_open(self, id_: str) -> bool:
        """Whether it was begun here and not ended; how old it may get is the guard's rule."""
        question = sa.select(sa.exists().where(sessions.c.id == id_))
        return bool(self._transaction.execute(question).scalar_one())

    def end(self, id_: str) -> None:
        """End one."""
        self._transaction.execute(sa.delete(sessions).where(sessions.c.id == id_))

    def end_all_of(self, organizer_id: str) -> None:
        """End every one of an organizer's."""
        self._transaction.execute(sa.delete(sessions).where(sessions.c.organizer_id == organizer_id))

    def forget_begun_before(self, moment: datetime) -> None:
        """Drop those that are over by themselves."""
        self._transaction.execute(sa.delete(sessions).where(sessions.c.began_at < moment))
