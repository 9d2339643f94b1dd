"""Add signatures to the totals, and tell of the milestones that they pass."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.signatures.domain.milestone import milestones_between
from services.signatures.storage.signatures import Counted, Signatures
from services.signatures.storage.totals import Totals
from shared.domain_events.signatures import MilestoneReached, SignatureAdded


def count_added(added: Sequence[SignatureAdded], signatures: Signatures, totals: Totals, now: datetime) -> None:
    """Count a batch of signatures that were heard of."""
    count([UUID(one.signature_id) for one in added], signatures, totals, now)


def count(ids: Sequence[UUID], signatures: Signatures, totals: Totals, now: datetime) -> None:
    """Count those that are not in the totals yet; whatever is given twice counts once."""
    counted = signatures.count(ids)
    for one in counted:
        total = totals.add(one.petition_id, one.signatures, now)
        _reach_milestones(one, total, totals, now)
    by_campaign: Counter[str] = Counter()
    for one in counted:
        by_campaign[one.campaign] += one.signatures
    # After all petitions and in one order, so that two that count never wait for each other in a circle.
    for campaign, number in sorted(by_campaign.items()):
        totals.add_to_campaign(campaign, number)


def _reach_milestones(counted: Counted, total: int, totals: Totals, now: datetime) -> None:
    passed = milestones_between(total - counted.signatures, total)
    # Noted as reached, so that each is told once whatever becomes of the total.
    for milestone in totals.reach(counted.petition_id, passed, total, now):
        totals.post(
            MilestoneReached(petition=counted.petition, campaign=counted.campaign, milestone=milestone, total=total)
        )
