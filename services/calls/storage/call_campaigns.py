"""Call campaigns, found by slug."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.calls.domain.call_campaign import CallCampaign, CampaignState, CampaignText, Fallback
from services.calls.storage.tables import call_campaigns


class CallCampaigns:
    """The call campaigns, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def get(self, slug: str) -> CallCampaign | None:
        """One call campaign, in whatever state it is."""
        row = self._transaction.execute(_WHERE_SLUG, {"slug": slug}).one_or_none()
        return _campaign(row) if row else None

    def hold(self, slug: str) -> CallCampaign | None:
        """One call campaign that nobody else may change until the end of the transaction."""
        row = self._transaction.execute(_WHERE_SLUG.with_for_update(), {"slug": slug}).one_or_none()
        return _campaign(row) if row else None

    def all(self) -> list[CallCampaign]:
        """Every call campaign, newest first."""
        rows = self._transaction.execute(sa.select(call_campaigns).order_by(call_campaigns.c.created_at.desc()))
        return [_campaign(row) for row in rows]

    def named(self, slugs: Sequence[str]) -> dict[str, CallCampaign]:
        """Some call campaigns by their slugs."""
        rows = self._transaction.execute(sa.select(call_campaigns).where(call_campaigns.c.slug.in_(slugs)))
        return {row.slug: _campaign(row) for row in rows}

    def add(self, campaign: CallCampaign, created_by: str) -> bool:
        """Keep a new draft; whether its slug was free."""
        row = _row(campaign) | {"created_by": created_by}
        new = insert(call_campaigns).values(row).on_conflict_do_nothing().returning(call_campaigns.c.slug)
        return self._transaction.execute(new).one_or_none() is not None

    def keep(self, campaign: CallCampaign, **moments: datetime) -> None:
        """Keep a call campaign as it is now, with the moment at which it became so."""
        mine = sa.update(call_campaigns).where(call_campaigns.c.slug == campaign.slug)
        self._transaction.execute(mine.values(_row(campaign) | moments))


_WHERE_SLUG = sa.select(call_campaigns).where(call_campaigns.c.slug == sa.bindparam("slug"))


def _campaign(row: Any) -> CallCampaign:
    fallback = Fallback(name=row.fallback_name, number=row.fallback_number) if row.fallback_number else None
    return CallCampaign(
        slug=row.slug,
        campaign=row.campaign,
        caller_name=row.caller_name,
        texts=tuple(CampaignText(**text) for text in row.texts),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        time_zone=row.time_zone,
        daily_from=row.daily_from,
        daily_until=row.daily_until,
        fallback=fallback,
        first_riding_by_text=row.first_riding_by_text,
        calls_per_line=row.calls_per_line,
        goal=row.goal,
        state=CampaignState(row.state),
    )


def _row(campaign: CallCampaign) -> dict[str, Any]:
    return {
        "slug": campaign.slug,
        "campaign": campaign.campaign,
        "caller_name": campaign.caller_name,
        "texts": [vars(text) for text in campaign.texts],
        "opens_at": campaign.opens_at,
        "closes_at": campaign.closes_at,
        "time_zone": campaign.time_zone,
        "daily_from": campaign.daily_from,
        "daily_until": campaign.daily_until,
        "fallback_name": campaign.fallback.name if campaign.fallback else None,
        "fallback_number": campaign.fallback.number if campaign.fallback else None,
        "first_riding_by_text": campaign.first_riding_by_text,
        "calls_per_line": campaign.calls_per_line,
        "goal": campaign.goal,
        "state": campaign.state.value,
    }
