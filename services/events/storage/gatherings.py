"""Gatherings, found by slug."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.events.domain.gathering import Gathering, GatheringText, Kind, Place, State
from services.events.domain.when import When
from services.events.storage.tables import gatherings
from shared.domain_events.events import Gathering as GatheringEvent
from shared.outbox import post


class Gatherings:
    """The gatherings, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def get(self, slug: str) -> Gathering | None:
        """One gathering, in whatever state it is."""
        row = self._transaction.execute(sa.select(gatherings).where(gatherings.c.slug == slug)).one_or_none()
        return _gathering(row) if row else None

    def hold(self, slug: str) -> Gathering | None:
        """One gathering that nobody else may answer to or change until the end of the transaction."""
        question = sa.select(gatherings).where(gatherings.c.slug == slug).with_for_update()
        row = self._transaction.execute(question).one_or_none()
        return _gathering(row) if row else None

    def to_come(self, at: datetime) -> list[Gathering]:
        """Those that are scheduled and not over, soonest first."""
        coming = gatherings.c.state == State.SCHEDULED.value, gatherings.c.ends_at > at
        question = sa.select(gatherings).where(*coming).order_by(gatherings.c.starts_at, gatherings.c.city)
        return [_gathering(row) for row in self._transaction.execute(question)]

    def all(self) -> list[Gathering]:
        """Every gathering, the one that starts last first."""
        question = sa.select(gatherings).order_by(gatherings.c.starts_at.desc(), gatherings.c.slug)
        return [_gathering(row) for row in self._transaction.execute(question)]

    def add(self, gathering: Gathering, created_by: str) -> bool:
        """Keep a new draft; whether its slug was free."""
        row = _row(gathering) | {"created_by": created_by}
        new = insert(gatherings).values(row).on_conflict_do_nothing().returning(gatherings.c.slug)
        return self._transaction.execute(new).one_or_none() is not None

    def keep(self, gathering: Gathering, **moments: datetime) -> None:
        """Keep a gathering as it is now, with the moment at which it became so."""
        mine = sa.update(gatherings).where(gatherings.c.slug == gathering.slug)
        self._transaction.execute(mine.values(_row(gathering) | moments))

    def post(self, event: GatheringEvent) -> None:
        """Tell the other services, once the transaction is committed."""
        post(self._transaction, event)


def _gathering(row: Any) -> Gathering:
    return Gathering(
        slug=row.slug,
        campaign=row.campaign,
        kind=Kind(row.kind),
        texts=tuple(GatheringText(**text) for text in row.texts),
        when=When(starts=row.starts, ends=row.ends, time_zone=row.time_zone),
        place=Place(venue=row.venue, address=row.address, city=row.city),
        capacity=row.capacity,
        state=State(row.state),
    )


def _row(gathering: Gathering) -> dict[str, Any]:
    return {
        "slug": gathering.slug,
        "campaign": gathering.campaign,
        "kind": gathering.kind.value,
        "texts": [vars(text) for text in gathering.texts],
        "starts": gathering.when.starts,
        "ends": gathering.when.ends,
        "time_zone": gathering.when.time_zone,
        "starts_at": gathering.when.starts_at,
        "ends_at": gathering.when.ends_at,
        "venue": gathering.place.venue,
        "address": gathering.place.address,
        "city": gathering.place.city,
        "capacity": gathering.capacity,
        "state": gathering.state.value,
    }
