"""What was tried at the sign-in: counted before the password is looked at, so that a burst of tries gains nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.organizers.domain.throttle import Throttle, Tries
from services.organizers.storage.tables import sign_in_tries


class SignInTries:
    """The tries, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def count(self, throttles: Mapping[str, Throttle], now: datetime) -> datetime | None:
        """Count one try under every key; or, where one of them is blocked, count nothing and say until when."""
        held = self._hold(sorted(throttles), now)
        until = max(one.blocked_until for one in held)
        if until > now:
            return until
        for one in held:
            self._keep(one.once_more(throttles[one.key], now))
        return None

    def forgive(self, key: str) -> None:
        """Take one try back, as it was not wrong after all."""
        mine = sa.update(sign_in_tries).where(sign_in_tries.c.key == key, sign_in_tries.c.tries > 0)
        self._transaction.execute(mine.values(tries=sign_in_tries.c.tries - 1, blocked_until=sign_in_tries.c.last_at))

    def forget(self, keys: Sequence[str]) -> None:
        """Begin anew under these keys."""
        self._transaction.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.key.in_(keys)))

    def forget_older_than(self, moment: datetime) -> None:
        """Drop what no longer counts."""
        self._transaction.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.last_at < moment))

    def _hold(self, keys: Sequence[str], now: datetime) -> list[Tries]:
        """The rows of these keys, made where they are missing, and nobody else's until the end of the transaction."""
        rows = [{"key": key, "tries": 0, "last_at": now, "blocked_until": now} for key in keys]
        held = insert(sign_in_tries).values(rows)
        held = held.on_conflict_do_update(index_elements=["key"], set_={"key": held.excluded.key})
        found = self._transaction.execute(held.returning(sign_in_tries))
        return [Tries(row.key, row.tries, row.last_at, row.blocked_until) for row in found]

    def _keep(self, one: Tries) -> None:
        mine = sa.update(sign_in_tries).where(sign_in_tries.c.key == one.key)
        values = {"tries": one.tries, "last_at": one.last_at, "blocked_until": one.blocked_until}
        self._transaction.execute(mine.values(values))
