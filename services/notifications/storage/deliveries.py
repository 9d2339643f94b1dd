"""The ledger: which messages are due, and what became of those that were sent. Every change is one statement for many.

Whoever takes rows locks them with SKIP LOCKED, so that any number of workers share them and none waits for another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from services.notifications.domain.delivery import Channel, Delivery, Kind, Lane, Standing, State

_NAMES = tuple(one.name for one in fields(Delivery))
COLUMNS = ", ".join(f"d.{name}" for name in _NAMES)
_WORDS: dict[str, Callable[[Any], Any]] = {"channel": Channel, "kind": Kind, "lane": Lane, "state": State}


@dataclass(frozen=True)
class Due:
    """A message whose time has come, with what holds for it now. `sealed` is how its supporter is reached.

    `riding` is the name of the supporter's riding where they have exactly one.
    """

    delivery: Delivery
    standing: Standing
    sealed: str | None
    province: str | None
    riding: str | None


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A message that is about to be sent. See the columns of the ledger for both ids."""

    delivery: Delivery
    request_id: UUID | None = None
    words_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class PutBack:
    """A message that is planned again; one of a request goes only with the others of it.

    `sending_at` says which attempt it was: what has been attempted anew since is left alone.
    """

    delivery_id: UUID
    sending_at: datetime | None
    due_at: datetime
    request_id: UUID | None = None
    was_tried: bool = True


class Deliveries:
    """The ledger, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def due(self, channel: Channel, now: datetime, limit: int) -> list[Due]:
        """The next messages of a channel, locked: lane by lane, and in each the one that has waited the longest."""
        found: list[Due] = []
        for lane in self.waiting(channel, now):
            if len(found) < limit:
                asked = {"channel": channel, "lane": lane, "now": now, "limit": limit - len(found)}
                found += [_due(row) for row in self._transaction.execute(_DUE[channel], asked).all()]
        return found

    def waiting(self, channel: Channel, now: datetime) -> list[Lane]:
        """The lanes of a channel in which something is due, in their order; one question when nothing is."""
        rows = self._transaction.execute(_WAITING, {"channel": channel, "now": now, "lanes": [*map(int, Lane)]})
        return [Lane(row.lane) for row in rows]

    def due_letters(self, limits: Mapping[tuple[str, str], int], now: datetime) -> list[Due]:
        """The next letters, locked: so many for each petition's target, the one that has waited the longest first."""
        if not limits:
            return []
        about, target = zip(*limits, strict=True)
        asked = {"abouts": list(about), "targets": list(target), "limits": list(limits.values()), "now": now}
        return [_due(row) for row in self._transaction.execute(_DUE_LETTERS, asked).all()]

    def begin(self, begun: Sequence[Begun], now: datetime, check_at: datetime) -> None:
        """Note that these are about to be sent, which must be committed before they are."""
        self._transaction.execute(
            _BEGIN,
            {
                "ids": [one.delivery.id for one in begun],
                "request_ids": [one.request_id for one in begun],
                "words_ids": [one.words_id for one in begun],
                "now": now,
                "check_at": check_at,
            },
        )

    def put_off(self, until: Mapping[UUID, datetime]) -> None:
        """Leave messages that were not taken in hand until later."""
        if until:
            self._transaction.execute(_PUT_OFF, {"ids": list(until), "due_at": list(until.values())})

    def put_back(self, back: Sequence[PutBack]) -> None:
        """Plan again what was in hand and was surely not sent; not what another has in hand by now."""
        if back:
            asked = {
                "ids": [one.delivery_id for one in back],
                "sending_at": [one.sending_at for one in back],
                "due_at": [one.due_at for one in back],
                "request_ids": [one.request_id for one in back],
                "tries": [int(one.was_tried) for one in back],
            }
            self._transaction.execute(_PUT_BACK, asked)

    def accept(self, provider_ids: Mapping[UUID, str], now: datetime, check_at: datetime) -> None:
        """Note what the provider took. A receipt that came first is not undone."""
        if provider_ids:
            asked = {"ids": list(provider_ids), "provider_ids": list(provider_ids.values())}
            self._transaction.execute(_ACCEPT, {**asked, "now": now, "check_at": check_at})

    def end(self, state: State, reasons: Mapping[UUID, str], now: datetime) -> list[Delivery]:
        """Settle what is not settled yet, each with its reason; those that were."""
        if not reasons:
            return []
        asked = {"ids": list(reasons), "reasons": list(reasons.values()), "state": state, "now": now}
        return [delivery_of(row) for row in self._transaction.execute(_END, asked).all()]

    def check_later(self, ids: Sequence[UUID], check_at: datetime) -> None:
        """Have these looked after from then on, where they are still open."""
        if ids:
            self._transaction.execute(_CHECK_LATER, {"ids": list(ids), "check_at": check_at})


def delivery_of(row: Row[Any]) -> Delivery:
    """A row that begins with `COLUMNS` as a delivery."""
    values = dict(zip(_NAMES, row, strict=False))
    for name, kind in _WORDS.items():
        values[name] = kind(values[name])
    return Delivery(**values)


def _due(row: Row[Any]) -> Due:
    standing = Standing(
        is_known=row.sealed is not None,
        consents=bool(row.consents),
        is_suppressed=bool(row.is_suppressed),
        is_held=row.broadcast_state == "held",
        is_stopped=row.broadcast_state == "stopped",
        expires_at=row.expires_at,
    )
    return Due(delivery_of(row), standing, row.sealed, row.province, row.riding)


def _with_standing(deliveries: str, consents: str, is_suppressed: str) -> sa.TextClause:
    """What is due, with the consent, the address and the broadcast it depends on, as they are in this transaction."""
    return sa.text(
        f"SELECT {COLUMNS}, c.sealed, c.province, {consents} AS consents, {is_suppressed} AS is_suppressed,"
        " b.state AS broadcast_state, b.expires_at,"
        " (SELECT r.name FROM ridings r WHERE cardinality(c.ridings) = 1 AND r.id = c.ridings[1]) AS riding"
        f" FROM {deliveries} AS d LEFT JOIN contacts c ON c.supporter_id = d.supporter_id"
        " LEFT JOIN broadcasts b ON b.id = d.broadcast_id ORDER BY d.lane, d.due_at, d.id"
    )


_WAITING = sa.text(
    "SELECT lane FROM unnest(CAST(:lanes AS smallint[])) AS every (lane) WHERE EXISTS (SELECT FROM deliveries d"
    " WHERE d.state = 'planned' AND d.channel = :channel AND d.lane = every.lane AND d.due_at <= :now) ORDER BY lane"
)
_NEXT = (
    "(SELECT * FROM deliveries WHERE state = 'planned' AND channel = :channel AND lane = :lane AND due_at <= :now"
    " ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)"
)
_SUPPRESSED = "EXISTS (SELECT FROM suppressions s WHERE s.address_id = c.{})"
_DUE = {
    Channel.TEXT: _with_standing(_NEXT, "c.may_text", _SUPPRESSED.format("phone_id")),
    Channel.EMAIL: _with_standing(_NEXT, "c.may_email", _SUPPRESSED.format("email_id")),
}
# A signer who never agreed to e-mail still has their letter sent. Whether the target's mailbox is written to is for the
# caller to say, who knows its address.
_DUE_LETTERS = _with_standing(
    "(SELECT letter.* FROM unnest(CAST(:abouts AS text[]), CAST(:targets AS text[]), CAST(:limits AS int[]))"
    " AS box (about, target, most) CROSS JOIN LATERAL (SELECT * FROM deliveries l WHERE l.state = 'planned'"
    " AND l.channel = 'letter' AND l.about = box.about AND l.target = box.target AND l.due_at <= :now"
    " ORDER BY l.due_at LIMIT box.most FOR UPDATE SKIP LOCKED) AS letter)",
    "true",
    "false",
)
_BEGIN = sa.text(
    "UPDATE deliveries d SET state = 'sending', attempts = d.attempts + 1, sending_at = :now, check_at = :check_at,"
    " request_id = g.request_id, words_id = g.words_id"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:request_ids AS uuid[]), CAST(:words_ids AS text[]))"
    " AS g (id, request_id, words_id) WHERE d.id = g.id"
)
_PUT_OFF = sa.text(
    "UPDATE deliveries d SET due_at = g.due_at FROM unnest(CAST(:ids AS uuid[]), CAST(:due_at AS timestamptz[]))"
    " AS g (id, due_at) WHERE d.id = g.id AND d.state = 'planned'"
)
_PUT_BACK = sa.text(
    "UPDATE deliveries d SET state = 'planned', due_at = g.due_at, request_id = g.request_id, check_at = NULL,"
    " attempts = d.attempts - 1 + g.tries"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:sending_at AS timestamptz[]), CAST(:due_at AS timestamptz[]),"
    " CAST(:request_ids AS uuid[]), CAST(:tries AS int[])) AS g (id, sending_at, due_at, request_id, tries)"
    " WHERE d.id = g.id AND d.state = 'sending' AND d.sending_at = g.sending_at"
)
_ACCEPT = sa.text(
    "UPDATE deliveries d SET state = CASE WHEN d.state IN ('planned', 'sending') THEN 'accepted' ELSE d.state END,"
    " check_at = CASE WHEN d.state IN ('planned', 'sending') THEN :check_at ELSE d.check_at END,"
    " accepted_at = COALESCE(d.accepted_at, :now), provider_id = COALESCE(d.provider_id, g.provider_id)"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:provider_ids AS text[])) AS g (id, provider_id) WHERE d.id = g.id"
)
_END = sa.text(
    "UPDATE deliveries d SET state = :state, reason = g.reason, settled_at = :now, check_at = NULL"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[])) AS g (id, reason)"
    f" WHERE d.id = g.id AND d.state IN ('planned', 'sending', 'accepted') RETURNING {COLUMNS}"
)
_CHECK_LATER = sa.text(
    "UPDATE deliveries SET check_at = :check_at WHERE id = ANY(CAST(:ids AS uuid[])) AND check_at IS NOT NULL"
)
