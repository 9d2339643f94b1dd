"""A pace that all workers keep together: so many a second, with a small burst after a pause.

What is remembered is one moment: when the next may go at the latest if every one before went as late as allowed
(the generic cell rate algorithm of ATM; a token bucket without a bucket to fill).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pace:
    """At most `per_second` on average, and at most `burst` at once."""

    per_second: float
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        """How far apart they are when they come without a pause."""
        return timedelta(seconds=1 / self.per_second)

    def free(self, next_at: datetime, now: datetime) -> int:
        """How many may go now."""
        start = self._start(next_at, now)
        return 0 if start > now else min(self.burst, int((now - start) / self.interval) + 1)

    def after(self, next_at: datetime, now: datetime, taken: int) -> datetime:
        """The moment to remember once that many went."""
        return self._start(next_at, now) + self.interval * taken

    def reserve(self, next_at: datetime, now: datetime) -> tuple[datetime, datetime]:
        """The next free slot, which may lie ahead, and the moment to remember."""
        slot = max(next_at, now)
        return slot, slot + self.interval

    def _start(self, next_at: datetime, now: datetime) -> datetime:
        return max(next_at, now - self.interval * (self.burst - 1))


def pace_of(per_second: float) -> Pace:
    """A pace whose burst is what may go in one second."""
    return Pace(per_second, burst=max(1, round(per_second)))


def pace_table(metadata: MetaData) -> Table:
    """The table in which a service remembers its paces."""
    return sa.Table(
        "paces",
        metadata,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
    )


class Paces:
    """The paces of a service, all in one transaction and each kept as fast as the one `pace`."""

    def __init__(self, transaction: Connection, table: Table, pace: Pace) -> None:
        self._transaction = transaction
        self._table = table
        self._pace = pace

    def free(self, names: Sequence[str], now: datetime) -> dict[str, int]:
        """How many of each may go now, unless another worker takes them first."""
        listed = self._table.c.name == sa.any_(sa.bindparam("names", list(names), type_=postgresql.ARRAY(sa.Text)))
        rows = self._transaction.execute(sa.select(self._table).where(listed)).all()
        known = {row.name: row.next_at for row in rows}
        return {name: self._pace.free(known.get(name, LONG_AGO), now) for name in names}

    def take(self, wanted: Mapping[str, int], now: datetime) -> dict[str, int]:
        """Take as many of each as are wanted and free; others wait for this transaction, so take them last."""
        taken: dict[str, int] = {}
        # In one order, so that two workers never wait for each other in a circle.
        for name in sorted(wanted):
            next_at = self._lock(name)
            taken[name] = min(wanted[name], self._pace.free(next_at, now))
            if taken[name]:
                self._remember(name, self._pace.after(next_at, now, taken[name]))
        return taken

    def reserve(self, name: str, now: datetime) -> datetime:
        """Take the next free slot of one, which may lie ahead."""
        slot, next_at = self._pace.reserve(self._lock(name), now)
        self._remember(name, next_at)
        return slot

    def _lock(self, name: str) -> datetime:
        self._transaction.execute(insert(self._table).values(name=name, next_at=LONG_AGO).on_conflict_do_nothing())
        question = sa.select(self._table.c.next_at).where(self._table.c.name == name).with_for_update()
        next_at: datetime = self._transaction.execute(question).scalar_one()
        return next_at

    def _remember(self, name: str, next_at: datetime) -> None:
        mine = sa.update(self._table).where(self._table.c.name == name)
        self._transaction.execute(mine.values(next_at=next_at))
