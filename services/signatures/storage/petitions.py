"""Petitions, found by slug."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.signatures.domain.petition import ClosingReason, Petition, PetitionState, PetitionText, Target
from services.signatures.storage.tables import petition_totals, petitions
from shared.domain_events.envelope import DomainEvent
from shared.outbox import post


@dataclass(frozen=True)
class CountedPetition:
    """A petition with its total."""

    petition: Petition
    total: int
    # When the last signature was added to the total; None where nobody signed yet.
    counted_at: datetime | None


class Petitions:
    """The petitions, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, petition: Petition, created_by: str, at: datetime) -> bool:
        """Keep a new draft; whether its slug was free."""
        row = _row(petition) | {"created_by": created_by, "created_at": at}
        added = insert(petitions).values(row).on_conflict_do_nothing().returning(petitions.c.id)
        return self._transaction.execute(added).scalar() is not None

    def keep(self, petition: Petition) -> None:
        """Keep a petition as it is now."""
        self._transaction.execute(sa.update(petitions).where(petitions.c.id == petition.id).values(_row(petition)))

    def hold(self, slug: str) -> Petition | None:
        """One petition, nobody else's to sign or to change until the end of the transaction."""
        question = sa.select(petitions).where(petitions.c.slug == slug).with_for_update()
        row = self._transaction.execute(question).one_or_none()
        return _petition(row) if row else None

    def find(self, slug: str) -> CountedPetition | None:
        """One petition with its total."""
        row = self._transaction.execute(_WITH_TOTAL.where(petitions.c.slug == slug)).one_or_none()
        return _counted(row) if row else None

    def open(self) -> list[CountedPetition]:
        """Those that can be signed, newest first."""
        question = _WITH_TOTAL.where(petitions.c.state == PetitionState.OPEN.value)
        rows = self._transaction.execute(question.order_by(petitions.c.opened_at.desc()))
        return [_counted(row) for row in rows]

    def all(self) -> list[CountedPetition]:
        """Every petition, newest first."""
        rows = self._transaction.execute(_WITH_TOTAL.order_by(petitions.c.created_at.desc()))
        return [_counted(row) for row in rows]

    def post(self, event: DomainEvent) -> None:
        """Tell the other services, once the transaction is committed."""
        post(self._transaction, event)


_TOTAL = sa.func.coalesce(petition_totals.c.total, 0).label("total")
_WITH_TOTAL = sa.select(petitions, _TOTAL, petition_totals.c.counted_at).outerjoin(
    petition_totals, petition_totals.c.petition_id == petitions.c.id
)


def _counted(row: Any) -> CountedPetition:
    return CountedPetition(_petition(row), row.total, row.counted_at)


def _petition(row: Any) -> Petition:
    return Petition(
        id=row.id,
        slug=row.slug,
        campaign=row.campaign,
        texts=tuple(PetitionText(**text) for text in row.texts),
        targets=tuple(Target(**target) for target in row.targets),
        goal=row.goal,
        state=PetitionState(row.state),
        closing_reason=ClosingReason(row.closing_reason) if row.closing_reason else None,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def _row(petition: Petition) -> dict[str, Any]:
    return {
        "id": petition.id,
        "slug": petition.slug,
        "campaign": petition.campaign,
        "texts": [vars(text) for text in petition.texts],
        "targets": [vars(target) for target in petition.targets],
        "goal": petition.goal,
        "state": petition.state.value,
        "closing_reason": petition.closing_reason.value if petition.closing_reason else None,
        "opened_at": petition.opened_at,
        "closed_at": petition.closed_at,
    }
