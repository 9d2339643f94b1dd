"""Callers, found by supporter; and those of them whom a launch may ring."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.calls.domain.caller import Caller
from services.calls.storage.tables import callers
from shared.domain_events.announcement import Audience


class Callers:
    """The callers, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def get(self, supporter_id: str) -> Caller | None:
        """One caller; None for a stranger."""
        row = self._transaction.execute(_WHERE_SUPPORTER, {"id": supporter_id}).one_or_none()
        return _caller(row) if row else None

    def hold(self, supporter_id: str) -> Caller | None:
        """One caller whom nobody else may change until the end of the transaction; None for a stranger."""
        row = self._transaction.execute(_WHERE_SUPPORTER.with_for_update(), {"id": supporter_id}).one_or_none()
        return _caller(row) if row else None

    def meet(self, supporter_id: str) -> Caller:
        """`hold` for somebody who may be a stranger, and is none from now on."""
        return self.meet_all([supporter_id])[supporter_id]

    def meet_all(self, supporter_ids: Iterable[str]) -> dict[str, Caller]:
        """`meet` for many.

        In one order, so that two workers that hold the same people never wait for each other in a circle.
        """
        wanted = sorted(set(supporter_ids))
        new = [{"supporter_id": one} for one in wanted]
        self._transaction.execute(insert(callers).values(new).on_conflict_do_nothing())
        question = sa.select(callers).where(callers.c.supporter_id.in_(wanted)).order_by(callers.c.supporter_id)
        rows = self._transaction.execute(question.with_for_update()).all()
        return {row.supporter_id: _caller(row) for row in rows}

    def keep(self, caller: Caller) -> None:
        """Write down what is known of a caller who is held."""
        self.keep_all([caller])

    def keep_all(self, changed: Sequence[Caller]) -> None:
        """`keep` for many in one go."""
        change = sa.update(callers).where(callers.c.supporter_id == sa.bindparam("who"))
        values: dict[str, Any] = {
            name: sa.bindparam(name) for name in _row(Caller(supporter_id="")) if name != "supporter_id"
        }
        rows = [_row(caller) | {"who": caller.supporter_id} for caller in changed]
        if rows:
            self._transaction.execute(change.values(values), rows)

    def drop(self, supporter_id: str) -> None:
        """Forget a caller."""
        self._transaction.execute(sa.delete(callers).where(callers.c.supporter_id == supporter_id))

    def who_asked_to_be_rung(self, audience: Audience, after: str, at_most: int) -> list[Caller]:
        """Those with a telephone and a consent to calls who are meant, by supporter id, beginning after one.

        None of them may be changed before the transaction ends: a consent that is withdrawn meanwhile waits, and finds
        the call that it calls off.
        """
        question = (
            sa.select(callers)
            .where(callers.c.consents_to_calls, callers.c.phone_id.is_not(None), callers.c.supporter_id > after)
            .where(*_meant(audience))
            .order_by(callers.c.supporter_id)
            .limit(at_most)
            .with_for_update(read=True)
        )
        return [_caller(row) for row in self._transaction.execute(question)]


_WHERE_SUPPORTER = sa.select(callers).where(callers.c.supporter_id == sa.bindparam("id"))


def _meant(audience: Audience) -> list[sa.ColumnElement[bool]]:
    """Every criterion that is given must hold."""
    criteria: list[sa.ColumnElement[bool]] = []
    if audience.campaign:
        criteria.append(callers.c.campaigns.contains([audience.campaign]))
    if audience.petitions:
        criteria.append(callers.c.petitions.overlap(_texts(audience.petitions)))
    if audience.ridings:
        criteria.append(callers.c.ridings.overlap(_texts(audience.ridings)))
    if audience.provinces:
        criteria.append(callers.c.province.in_(audience.provinces))
    if audience.languages:
        criteria.append(callers.c.language.in_(audience.languages))
    return criteria


def _texts(words: Sequence[str]) -> sa.ColumnElement[Sequence[str]]:
    return sa.cast(list(words), ARRAY(sa.Text))


def _caller(row: Any) -> Caller:
    values: dict[str, Any] = dict(row._mapping)
    for name in ("ridings", "petitions", "campaigns"):
        values[name] = None if values[name] is None else tuple(values[name])
    return Caller(**values)


def _row(caller: Caller) -> dict[str, Any]:
    return {
        "supporter_id": caller.supporter_id,
        "sealed": caller.sealed,
        "phone_id": caller.phone_id,
        "language": caller.language,
        "ridings": None if caller.ridings is None else list(caller.ridings),
        "province": caller.province,
        "petitions": list(caller.petitions),
        "campaigns": list(caller.campaigns),
        "consents_to_calls": caller.consents_to_calls,
        "consent_changed_at": caller.consent_changed_at,
    }
