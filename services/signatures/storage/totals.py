"""Totals of petitions and campaigns, and the milestones that were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from services.signatures.storage.tables import milestones_reached
from shared.domain_events.signatures import MilestoneReached
from shared.outbox import post


@dataclass(frozen=True)
class Milestone:
    """A milestone that a petition has passed."""

    milestone: int
    total: int
    reached_at: datetime


@dataclass(frozen=True)
class Difference:
    """A petition whose total is not what its signatures add up to."""

    petition_id: UUID
    petition: str
    campaign: str
    total: int
    expected: int


class Totals:
    """The totals, in one transaction. A row that is added to stays locked until its end."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, petition_id: UUID, signatures: int, at: datetime) -> int:
        """Add to a petition's total; the new one."""
        given = {"petition": petition_id, "signatures": signatures, "at": at}
        return int(self._transaction.execute(_ADD, given).scalar_one())

    def add_to_campaign(self, campaign: str, signatures: int) -> None:
        """Add to the total of all the petitions of a campaign."""
        self._transaction.execute(_ADD_TO_CAMPAIGN, {"campaign": campaign, "signatures": signatures})

    def reach(self, petition_id: UUID, milestones: Sequence[int], total: int, at: datetime) -> list[int]:
        """Note milestones as reached; those that were not before, in order."""
        given = {"petition": petition_id, "milestones": list(milestones), "total": total, "at": at}
        return sorted(self._transaction.execute(_REACH, given).scalars())

    def milestones_of(self, petition_id: UUID) -> list[Milestone]:
        """Those that a petition has reached, in order."""
        mine = sa.select(milestones_reached).where(milestones_reached.c.petition_id == petition_id)
        rows = self._transaction.execute(mine.order_by(milestones_reached.c.milestone))
        return [Milestone(row.milestone, row.total, row.reached_at) for row in rows]

    def of_campaign(self, campaign: str) -> int:
        """The total of all the petitions of a campaign."""
        return int(self._transaction.scalar(_OF_CAMPAIGN, {"campaign": campaign}) or 0)

    def forget(self, petition_ids: Sequence[UUID]) -> None:
        """Note for each that one signature of its total has no row any more."""
        self._transaction.execute(_FORGET, {"petitions": sorted(petition_ids)})

    def post(self, event: MilestoneReached) -> None:
        """Tell the other services, once the transaction is committed."""
        post(self._transaction, event)

    def differences(self) -> list[Difference]:
        """Where totals and signatures disagree, as one moment saw both.

        Whatever is counted is marked and added in one transaction, so that there is no moment at which they may differ.
        """
        return [Difference(**row._mapping) for row in self._transaction.execute(_DIFFERENCES)]


_ADD = sa.text(
    "INSERT INTO petition_totals AS known (petition_id, total, counted_at) VALUES (:petition, :signatures, :at)"
    " ON CONFLICT (petition_id) DO UPDATE SET total = known.total + :signatures, counted_at = :at RETURNING total"
)
_ADD_TO_CAMPAIGN = sa.text(
    "INSERT INTO campaign_totals AS known (campaign, total) VALUES (:campaign, :signatures)"
    " ON CONFLICT (campaign) DO UPDATE SET total = known.total + :signatures"
)
_REACH = sa.text(
    "INSERT INTO milestones_reached (petition_id, milestone, total, reached_at)"
    " SELECT :petition, milestone, :total, :at FROM unnest(CAST(:milestones AS bigint[])) AS milestone"
    " ON CONFLICT DO NOTHING RETURNING milestone"
)
_OF_CAMPAIGN = sa.text("SELECT total FROM campaign_totals WHERE campaign = :campaign")
_FORGET = sa.text("UPDATE petition_totals SET forgotten = forgotten + 1 WHERE petition_id = ANY(:petitions)")
_DIFFERENCES = sa.text(
    "WITH signed AS (SELECT petition_id, count(*) AS counted FROM signatures WHERE counted GROUP BY petition_id)"
    " SELECT petitions.id AS petition_id, slug AS petition, campaign, coalesce(total, 0) AS total,"
    " coalesce(signed.counted, 0) + coalesce(forgotten, 0) AS expected"
    " FROM petitions LEFT JOIN signed ON signed.petition_id = petitions.id"
    " LEFT JOIN petition_totals ON petition_totals.petition_id = petitions.id"
    " WHERE coalesce(total, 0) <> coalesce(signed.counted, 0) + coalesce(forgotten, 0) ORDER BY petitions.id"
)
