"""What was tried at the sign-in: counted before the password is looked at, so that a burst of tries gains nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.organizers.domain.throttle import Tries
from services.organizers.storage.tables import sign_in_tries


class SignInTries:
    """The tries, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def hold(self, keys: Collection[str], now: datetime) -> list[Tries]:
        """What was tried under these keys, and nobody else's to count until the end of the transaction."""
        # In one order, so that two who try at once never wait for each other in a circle.
        rows = [{"key": key, "tries": 0, "last_at": now, "blocked_until": now} for key in sorted(keys)]
        held = insert(sign_in_tries).values(rows)
        held = held.on_conflict_do_update(index_elements=["key"], set_={"key": held.excluded.key})
        found = self._transaction.execute(held.returning(sign_in_tries))
        return [Tries(row.key, row.tries, row.last_at, row.blocked_until) for row in found]

    def keep(self, tries: Tries) -> None:
        """Keep what was tried under one key as it is now."""
        mine = sa.update(sign_in_tries).where(sign_in_tries.c.key == tries.key)
        values = {"tries": tries.tries, "last_at": tries.last_at, "blocked_until": tries.blocked_until}
        self._transaction.execute(mine.values(values))

    def forgive(self, key: str) -> None:
        """Take one try back, as it was not wrong after all; the next one need not wait."""
        mine = sa.update(sign_in_tries).where(sign_in_tries.c.key == key, sign_in_tries.c.tries > 0)
        self._transaction.execute(mine.values(tries=sign_in_tries.c.tries - 1, blocked_until=sign_in_tries.c.last_at))

    def forget(self, keys: Sequence[str]) -> None:
        """Begin anew under these keys."""
        self._transaction.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.key.in_(keys)))

    def forget_older_than(self, moment: datetime) -> None:
        """Drop what no longer counts."""
        self._transaction.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.last_at < moment))
