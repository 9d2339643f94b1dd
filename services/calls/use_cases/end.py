"""End a call campaign: when its window closes, or before."""

from contextlib import suppress
from datetime import datetime

from services.calls.domain.call_campaign import CampaignIsNotLive
from services.calls.storage.records import Records
from shared.clock import Clock
from shared.database import Database
from shared.domain_events.calls import CallCampaignEnded
from shared.due_work import Job
from shared.outbox import post

END = "end_call_campaign"


def end(slug: str, records: Records, now: datetime) -> None:
    """Place no more calls; those on the telephone go on, those that wait are called off. Raises `CampaignIsNotLive`."""
    known = records.campaigns.hold(slug)
    if known is None:
        raise CampaignIsNotLive(slug)
    campaign = known.end()
    records.campaigns.keep(campaign, ended_at=now)
    records.calls.look_after_waiting(slug, now)
    post(records.transaction, CallCampaignEnded(call_campaign=slug, campaign=campaign.campaign))


def end_when_closed(job: Job, database: Database, clock: Clock) -> None:
    """End a call campaign whose window has closed, unless an organizer ended it before."""
    with database.transaction() as transaction:
        with suppress(CampaignIsNotLive):
            end(job.arguments["call_campaign"], Records(transaction), clock())
        job.finish(transaction)
