"""What is planned: lines of the ledger, written by the batch in as few statements as there are kinds of them.

Writing the same line twice changes nothing: a line is unique by cause, supporter, channel and target, and what a
broadcast texts also by telephone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.notifications.domain.broadcast import Broadcast, Numbers
from services.notifications.domain.delivery import Channel, Delivery, Kind, Lane
from services.notifications.storage.audiences import meant, reached
from services.notifications.storage.tables import PLANNED, contacts, deliveries


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature to thank for, on the channels that its signer agreed to, and to write letters about."""

    cause: UUID
    supporter_id: str
    petition: str
    language: str
    traceparent: str
    by_text: str | None
    by_email: str | None


@dataclass(frozen=True)
class Chunk:
    """What was planned for the next few thousand of an audience: how many, and up to whom; None at its end."""

    planned: Numbers
    until: str | None


class Planning:
    """The ledger's next lines, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def thank(self, signed: Sequence[Signed], now: datetime) -> None:
        """Plan the thanks and the letters of signatures, in one statement."""
        if signed:
            columns = {name: [getattr(one, name) for one in signed] for name in _SIGNED}
            self._transaction.execute(_THANK, {**columns, "lane": Lane.THANKS.value, "now": now})

    def answer(self, delivery: Delivery) -> None:
        """Plan an answer to what somebody wrote."""
        row = {
            "id": delivery.id,
            "cause": delivery.cause,
            "supporter_id": delivery.supporter_id,
            "channel": delivery.channel.value,
            "kind": delivery.kind.value,
            "about": delivery.about,
            "lane": delivery.lane.value,
            "language": delivery.language,
            "due_at": delivery.due_at,
            "traceparent": delivery.traceparent,
        }
        self._transaction.execute(insert(deliveries).values(row).on_conflict_do_nothing())

    def plan_chunk(
        self, broadcast: Broadcast, now: datetime, texts_due: Mapping[str | None, datetime], at_most: int
    ) -> Chunk:
        """Plan a broadcast for the next supporters of its audience, by id. `texts_due` is by province.

        Those who are reached on none of its channels are passed over without being counted.
        """
        channels = [channel for channel in ("text", "email") if channel in broadcast.channels]
        if not channels:
            return Chunk(Numbers(), None)
        chunk = _chunk(broadcast, channels, at_most)
        inserted = {
            channel: _insert(broadcast, channel, chunk, now, texts_due)
            .returning(sa.literal(1).label("one"))
            .cte(f"planned_by_{channel}")
            for channel in channels
        }
        counts = [sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in inserted.values()]
        ends = sa.select(sa.func.max(chunk.c.supporter_id), sa.func.count()).select_from(chunk).subquery()
        row = self._transaction.execute(sa.select(*ends.c, *counts)).one()
        planned = dict(zip(inserted, row[2:], strict=True))
        numbers = Numbers(texts=planned.get("text", 0), emails=planned.get("email", 0))
        return Chunk(numbers, row[0] if row[1] == at_most else None)

    def planned_for(self, supporter_ids: Iterable[str], channels: Iterable[Channel]) -> list[UUID]:
        """What waits to go to some supporters on some channels, locked."""
        return self._waiting(
            deliveries.c.supporter_id.in_(list(supporter_ids)),
            deliveries.c.channel.in_([channel.value for channel in channels]),
        )

    def planned_of(self, broadcast_id: UUID, at_most: int) -> list[UUID]:
        """Some of what waits of a broadcast, locked."""
        return self._waiting(deliveries.c.broadcast_id == broadcast_id, at_most=at_most)

    def unlink(self, supporter_id: str) -> None:
        """Forget whose the messages to an erased supporter were; that there were so many stays."""
        theirs = sa.update(deliveries).where(deliveries.c.supporter_id == supporter_id)
        nobody = sa.literal("erased:").concat(sa.cast(deliveries.c.id, sa.Text))
        self._transaction.execute(theirs.values(supporter_id=nobody, address_id=None))

    def _waiting(self, *which: sa.ColumnElement[bool], at_most: int | None = None) -> list[UUID]:
        question = sa.select(deliveries.c.id).where(PLANNED, *which).order_by(deliveries.c.id).limit(at_most)
        # What a worker has just taken in hand is on its way.
        return list(self._transaction.execute(question.with_for_update(skip_locked=True)).scalars())


def _chunk(broadcast: Broadcast, channels: Sequence[str], at_most: int) -> sa.CTE:
    may = {channel: reached(channel) for channel in channels}
    return (
        sa.select(
            contacts.c.supporter_id,
            contacts.c.phone_id,
            contacts.c.language,
            contacts.c.province,
            *(condition.label(f"by_{channel}") for channel, condition in may.items()),
        )
        .where(*meant(broadcast.audience), sa.or_(*may.values()), contacts.c.supporter_id > broadcast.planned_until)
        .order_by(contacts.c.supporter_id)
        .limit(at_most)
        .cte("chunk")
    )


def _insert(
    broadcast: Broadcast, channel: str, chunk: sa.CTE, now: datetime, texts_due: Mapping[str | None, datetime]
) -> Any:
    """The statement that writes the chunk's lines on one channel."""
    is_text = channel == "text"
    values: dict[str, Any] = {
        "id": sa.func.gen_random_uuid(),
        "cause": sa.literal(broadcast.cause, sa.Uuid),
        "supporter_id": chunk.c.supporter_id,
        "channel": sa.literal(channel),
        "kind": sa.literal(Kind.ANNOUNCEMENT.value),
        "about": sa.literal(str(broadcast.id)),
        "broadcast_id": sa.literal(broadcast.id, sa.Uuid),
        "address_id": chunk.c.phone_id if is_text else sa.null(),
        "lane": sa.literal(Lane.BROADCAST.value),
        "language": _language(broadcast, chunk),
        "due_at": _due_at(chunk, texts_due) if is_text else sa.literal(now, sa.DateTime(timezone=True)),
        "traceparent": sa.literal(broadcast.traceparent),
    }
    rows = sa.select(*values.values()).where(chunk.c[f"by_{channel}"]).order_by(chunk.c.supporter_id)
    return insert(deliveries).from_select(list(values), rows).on_conflict_do_nothing()


def _language(broadcast: Broadcast, chunk: sa.CTE) -> sa.ColumnElement[str]:
    """The supporter's own where the broadcast has words in it, or else its first."""
    available = list(broadcast.languages)
    spoken = chunk.c.language == sa.any_(sa.literal(available, ARRAY(sa.Text)))
    return sa.case((spoken, chunk.c.language), else_=sa.literal(available[0]))


def _due_at(chunk: sa.CTE, due: Mapping[str | None, datetime]) -> sa.ColumnElement[datetime]:
    """When a text may go out where the supporter lives."""
    moments = {province: sa.literal(at, sa.DateTime(timezone=True)) for province, at in due.items()}
    anywhere = moments.pop(None)
    if not moments:
        return anywhere
    return sa.case({province or "": at for province, at in moments.items()}, value=chunk.c.province, else_=anywhere)


_SIGNED = {
    "cause": "uuid",
    "supporter_id": "text",
    "petition": "text",
    "language": "text",
    "traceparent": "text",
    "by_text": "text",
    "by_email": "text",
}
# Letters need no consent and no address of the signer: signing asks for them.
_THANK = sa.text(
    "INSERT INTO deliveries"
    " (id, cause, supporter_id, channel, target, kind, about, lane, language, due_at, traceparent)"
    " SELECT gen_random_uuid(), signed.cause, signed.supporter_id, message.channel, message.target, message.kind,"
    " signed.petition, :lane, signed.language, :now, signed.traceparent FROM unnest("
    + ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _SIGNED.items())
    + f") AS signed ({', '.join(_SIGNED)}) CROSS JOIN LATERAL ("
    " SELECT address.channel, '' AS target, 'thanks' AS kind"
    " FROM (VALUES ('text', signed.by_text), ('email', signed.by_email)) AS address (channel, id)"
    " WHERE address.id IS NOT NULL AND NOT EXISTS (SELECT FROM suppressions WHERE address_id = address.id)"
    " UNION ALL SELECT 'letter', target.value ->> 'id', 'letter'"
    " FROM petitions, jsonb_array_elements(petitions.targets) AS target WHERE petitions.slug = signed.petition"
    ") AS message ON CONFLICT DO NOTHING"
)
