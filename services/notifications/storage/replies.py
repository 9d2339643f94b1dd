"""Texts that came in: each is heard once, and what it is about is what its sender was told of last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.notifications.domain.delivery import Kind
from services.notifications.domain.reply_meaning import Meaning
from services.notifications.storage.tables import broadcasts, deliveries, replies

# What went out, or is going out, as far as we know.
_TOLD = ("sending", "accepted", "delivered")
_INVITATIONS = ("gathering.scheduled", "gathering.changed")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a supporter was told of: a gathering, a call campaign or neither, by which broadcast."""

    supporter_id: str
    broadcast_id: UUID
    gathering: str | None
    call_campaign: str | None


class Replies:
    """The inbound texts, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def take_turn(self, phone_id: str) -> None:
        """Hear the texts of one telephone one after the other, until the end of the transaction."""
        self._transaction.execute(_TAKE_TURN, {"phone": phone_id})

    def add(self, provider_id: str, id_: UUID, phone_id: str, meaning: Meaning, at: datetime) -> bool:
        """Note a text; whether it is heard for the first time."""
        row = {"provider_id": provider_id, "id": id_, "phone_id": phone_id, "meaning": meaning.value, "received_at": at}
        new = insert(replies).values(row).on_conflict_do_nothing().returning(replies.c.id)
        return self._transaction.execute(new).scalar_one_or_none() is not None

    def note_answer(self, id_: UUID, kind: Kind) -> None:
        """Note what a text was answered."""
        self._transaction.execute(sa.update(replies).where(replies.c.id == id_).values(answer=kind.value))

    def was_answered(self, phone_id: str, kind: Kind, since: datetime) -> bool:
        """Whether a telephone got this answer since then."""
        return self._any(phone_id, since, replies.c.answer == kind.value)

    def has_meant(self, phone_id: str, meaning: Meaning, since: datetime) -> bool:
        """Whether a telephone wrote this since then."""
        return self._any(phone_id, since, replies.c.meaning == meaning.value)

    def told_of_call_campaign(self, supporter_ids: Sequence[str], slug: str | None = None) -> Told | None:
        """The call campaign (or the broadcast of this one) that any of some supporters was told of last.

        By text, or else by e-mail.
        """
        by_text = sa.case((deliveries.c.channel == "text", 0), else_=1)
        about = broadcasts.c.call_campaign == slug if slug else broadcasts.c.call_campaign.is_not(None)
        return self._told(supporter_ids, about, first=by_text)

    def told_of_gathering(self, supporter_ids: Sequence[str], now: datetime) -> Told | None:
        """The gathering still to come that any of some supporters was invited to last, by text."""
        to_come = sa.or_(broadcasts.c.expires_at.is_(None), broadcasts.c.expires_at > now)
        invited = broadcasts.c.gathering.is_not(None) & broadcasts.c.kind.in_(_INVITATIONS) & to_come
        return self._told(supporter_ids, invited & (deliveries.c.channel == "text"))

    def told_of_anything(self, supporter_ids: Sequence[str]) -> Told | None:
        """What any of some supporters was told of last, by text."""
        return self._told(supporter_ids, deliveries.c.channel == "text")

    def drop(self, phone_id: str) -> None:
        """Forget what a telephone wrote."""
        self._transaction.execute(sa.delete(replies).where(replies.c.phone_id == phone_id))

    def drop_old(self, before: datetime) -> int:
        """Forget what was written until then."""
        return self._transaction.execute(sa.delete(replies).where(replies.c.received_at < before)).rowcount

    def _told(
        self,
        supporter_ids: Sequence[str],
        about: sa.ColumnElement[bool],
        first: sa.ColumnElement[int] = sa.literal(0),  # noqa: B008 - never changed
    ) -> Told | None:
        question = (
            sa.select(deliveries.c.supporter_id, broadcasts.c.id, broadcasts.c.gathering, broadcasts.c.call_campaign)
            .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
            .where(deliveries.c.supporter_id.in_(supporter_ids), deliveries.c.state.in_(_TOLD), about)
            .order_by(first, deliveries.c.sending_at.desc().nulls_last(), deliveries.c.planned_at.desc())
            .limit(1)
        )
        row = self._transaction.execute(question).one_or_none()
        if row is None:
            return None
        return Told(
            supporter_id=row.supporter_id,
            broadcast_id=row.id,
            gathering=row.gathering,
            call_campaign=row.call_campaign,
        )

    def _any(self, phone_id: str, since: datetime, what: sa.ColumnElement[bool]) -> bool:
        found = sa.select(replies.c.id).where(replies.c.phone_id == phone_id, replies.c.received_at >= since, what)
        return bool(self._transaction.execute(sa.select(found.exists())).scalar_one())


_TAKE_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:phone, 0))")
