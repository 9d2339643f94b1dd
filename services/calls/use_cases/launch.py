"""Launch a call campaign."""

from datetime import datetime

from services.calls.domain.call_campaign import CallCampaign, CampaignIsNotADraft
from services.calls.storage.records import Records
from services.calls.use_cases.end import END
from shared.domain_events.announcement import Announcement
from shared.domain_events.calls import CallCampaignLaunched, CallCampaignText
from shared.due_work import schedule
from shared.outbox import post


def launch(slug: str, announcement: Announcement | None, records: Records, now: datetime) -> None:
    """Take calls, and announce it as the organizer confirmed. Raises `CampaignIsNotADraft` or `CampaignIsOver`."""
    known = records.campaigns.hold(slug)
    if known is None:
        raise CampaignIsNotADraft(slug)
    campaign = known.launch(now)
    records.campaigns.keep(campaign, launched_at=now)
    schedule(records.transaction, END, slug, {"call_campaign": slug}, due_at=campaign.closes_at)
    post(records.transaction, _launched(campaign, announcement))


def _launched(campaign: CallCampaign, announcement: Announcement | None) -> CallCampaignLaunched:
    return CallCampaignLaunched(
        call_campaign=campaign.slug,
        campaign=campaign.campaign,
        texts=tuple(CallCampaignText(**vars(text)) for text in campaign.texts),
        opens_at=campaign.opens_at,
        closes_at=campaign.closes_at,
        announcement=announcement,
    )
