"""When providers told us of anything, by the second, for as long as that can say what they do not know."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.notifications.storage.tables import heard

SENDGRID = "sendgrid"


class TimesHeard:
    """The seconds, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def note(self, provider: str, now: datetime) -> None:
        """A provider tells us of something; it is noted as the second that ends then."""
        second = now.replace(microsecond=0) + timedelta(seconds=1)
        new = insert(heard).values(provider=provider, at=second).on_conflict_do_nothing()
        self._transaction.execute(new)

    def was_heard(self, provider: str, after: datetime, until: datetime) -> bool:
        """Whether a provider told us of anything between two moments."""
        between = sa.and_(heard.c.provider == provider, heard.c.at > after, heard.c.at <= until)
        return bool(self._transaction.execute(sa.select(sa.select(heard).where(between).exists())).scalar_one())

    def drop_before(self, moment: datetime) -> None:
        """Forget what is too old to say anything."""
        self._transaction.execute(sa.delete(heard).where(heard.c.at < moment))
