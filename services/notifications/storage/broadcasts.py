"""Broadcasts, found by id or by what they tell of."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.notifications.domain.broadcast import Broadcast, BroadcastState, Fields, Numbers
from services.notifications.storage.tables import UNFINISHED, broadcasts
from shared.domain_events.announcement import Audience, Wording
from shared.domain_events.encoding import Encoded

_audience = Encoded(Audience)
_wording = Encoded(Wording)


class Broadcasts:
    """The broadcasts, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, broadcast: Broadcast) -> bool:
        """Keep a new one; whether it is the first of its cause."""
        new = insert(broadcasts).values(_row(broadcast)).on_conflict_do_nothing().returning(broadcasts.c.id)
        return self._transaction.execute(new).scalar_one_or_none() is not None

    def get(self, id_: UUID) -> Broadcast | None:
        """One broadcast."""
        row = self._transaction.execute(sa.select(broadcasts).where(broadcasts.c.id == id_)).one_or_none()
        return _broadcast(row) if row else None

    def hold(self, id_: UUID) -> Broadcast | None:
        """One broadcast, locked until the end of the transaction."""
        question = sa.select(broadcasts).where(broadcasts.c.id == id_).with_for_update()
        row = self._transaction.execute(question).one_or_none()
        return _broadcast(row) if row else None

    def newest(self, at_most: int, before: UUID | None = None) -> list[Broadcast]:
        """The newest broadcasts, or the newest that are older than one; ids sort by time."""
        question = sa.select(broadcasts).order_by(broadcasts.c.id.desc()).limit(at_most)
        older = question.where(broadcasts.c.id < before) if before else question
        return [_broadcast(row) for row in self._transaction.execute(older)]

    def keep(self, broadcast: Broadcast) -> None:
        """Write down how far one is that is held."""
        same = sa.update(broadcasts).where(broadcasts.c.id == broadcast.id)
        self._transaction.execute(same.values(_row(broadcast)))

    def hold_planned(self) -> list[Broadcast]:
        """Those of which everything is planned and not everything was settled, each locked; others' are left out."""
        question = sa.select(broadcasts).where(UNFINISHED, broadcasts.c.planned_at.is_not(None))
        locked = question.order_by(broadcasts.c.created_at).with_for_update(skip_locked=True)
        return [_broadcast(row) for row in self._transaction.execute(locked)]

    def tell_of_change(
        self, gathering: str, fields_in: Callable[[Sequence[str]], Fields], expires_at: datetime
    ) -> None:
        """What has not gone out yet about a gathering says how it is now; `fields_in` gives that in some languages."""
        question = sa.select(broadcasts.c.id, broadcasts.c.fields).where(broadcasts.c.gathering == gathering)
        for row in self._transaction.execute(question.with_for_update()).all():
            fields = {language: dict(now) for language, now in fields_in(list(row.fields)).items()}
            same = sa.update(broadcasts).where(broadcasts.c.id == row.id)
            self._transaction.execute(same.values(fields=fields, expires_at=expires_at))

    def call_off(self, now: datetime, **about: str) -> None:
        """Nothing more goes out about this, such as `gathering="toronto-rally"`; a YES to what did is too late."""
        late = sa.update(broadcasts).where(*(broadcasts.c[name] == value for name, value in about.items()))
        to_come = broadcasts.c.expires_at.is_(None) | (broadcasts.c.expires_at > now)
        self._transaction.execute(late.where(to_come).values(expires_at=now))


def _broadcast(row: Any) -> Broadcast:
    values: dict[str, Any] = dict(row._mapping)
    values["audience"] = _audience.read(row.audience)
    values["wordings"] = tuple(_wording.read(wording) for wording in row.wordings)
    values["channels"] = tuple(row.channels)
    values["approved"], values["planned"] = Numbers(**row.approved), Numbers(**row.planned)
    values["state"] = BroadcastState(row.state)
    return Broadcast(**values)


def _row(broadcast: Broadcast) -> dict[str, Any]:
    return {
        **vars(broadcast),
        "fields": {language: dict(fields) for language, fields in broadcast.fields.items()},
        "audience": _audience.write(broadcast.audience),
        "wordings": [_wording.write(wording) for wording in broadcast.wordings],
        "channels": list(broadcast.channels),
        "approved": asdict(broadcast.approved),
        "planned": asdict(broadcast.planned),
        "state": broadcast.state.value,
    }
