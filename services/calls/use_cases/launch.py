"""A call campaign from its draft to its end."""

from datetime import datetime

from services.calls.domain.call_campaign import (
    CallCampaign,
    CampaignIsNotADraft,
    CampaignIsNotLive,
    CampaignState,
)
from services.calls.storage.records import Records
from shared.clock import Clock
from shared.database import Database
from shared.domain_events.announcement import Announcement
from shared.domain_events.calls import CallCampaignEnded, CallCampaignLaunched, CallCampaignText
from shared.due_work import Job, schedule
from shared.outbox import post

END = "end_call_campaign"


class SlugIsTaken(Exception):
    """Another call campaign has this address already."""


class CampaignIsOver(Exception):
    """Its window has closed, so nobody could be connected any more."""


def draft(campaign: CallCampaign, created_by: str, records: Records) -> None:
    """Keep a new draft. Raises `SlugIsTaken`."""
    if not records.campaigns.add(campaign, created_by):
        raise SlugIsTaken(campaign.slug)


def change_draft(campaign: CallCampaign, records: Records) -> None:
    """Keep a draft as it is now. Raises `CampaignIsNotADraft`."""
    known = records.campaigns.get(campaign.slug, to_change=True)
    if known is None or known.state != CampaignState.DRAFT:
        raise CampaignIsNotADraft(campaign.slug)
    records.campaigns.change(campaign)


def launch(slug: str, announcement: Announcement | None, records: Records, now: datetime) -> None:
    """Take calls, and announce it as the organizer confirmed. Raises `CampaignIsNotADraft` or `CampaignIsOver`."""
    campaign = records.campaigns.get(slug, to_change=True)
    if campaign is None or campaign.state != CampaignState.DRAFT:
        raise CampaignIsNotADraft(slug)
    if campaign.closes_at <= now:
        raise CampaignIsOver(slug)
    records.campaigns.launch(slug, now)
    schedule(records.transaction, END, slug, {"call_campaign": slug}, due_at=campaign.closes_at)
    post(records.transaction, _launched(campaign, announcement))


def end(slug: str, records: Records, now: datetime) -> None:
    """Place no more calls; those on the telephone go on, those that wait are called off. Raises `CampaignIsNotLive`."""
    campaign = records.campaigns.get(slug, to_change=True)
    if campaign is None or campaign.state != CampaignState.LIVE:
        raise CampaignIsNotLive(slug)
    records.campaigns.end(slug, now)
    records.calls.look_after_waiting(slug, now)
    post(records.transaction, CallCampaignEnded(call_campaign=slug, campaign=campaign.campaign))


def end_when_closed(job: Job, database: Database, clock: Clock) -> None:
    """End a call campaign whose window has closed, unless an organizer ended it before."""
    slug = job.arguments["call_campaign"]
    with database.transaction() as transaction:
        records = Records(transaction)
        campaign = records.campaigns.get(slug)
        if campaign and campaign.state == CampaignState.LIVE:
            end(slug, records, clock())
        job.finish(transaction)


def _launched(campaign: CallCampaign, announcement: Announcement | None) -> CallCampaignLaunched:
    return CallCampaignLaunched(
        call_campaign=campaign.slug,
        campaign=campaign.campaign,
        texts=tuple(CallCampaignText(**vars(text)) for text in campaign.texts),
        opens_at=campaign.opens_at,
        closes_at=campaign.closes_at,
        announcement=announcement,
    )
