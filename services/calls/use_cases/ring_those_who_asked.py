"""Ring those who asked to be rung when a call campaign is launched, where the organizer approved that."""

from datetime import datetime
from functools import partial
from uuid import UUID

from services.calls.domain.call import Line, Via
from services.calls.domain.call_campaign import CallCampaign, CampaignState
from services.calls.domain.caller import Caller
from services.calls.domain.directory import Representative
from services.calls.storage.records import Records
from services.calls.use_cases.request_call import call_requested, rung_enough
from shared.clock import Clock
from shared.database import Database
from shared.domain_events.announcement import Audience
from shared.domain_events.calls import CallCampaignLaunched
from shared.domain_events.encoding import Encoded
from shared.due_work import Job, schedule
from shared.outbox import post_many

RING = "ring_those_who_asked"
CHUNK = 500
_audience = Encoded(Audience)


def plan_rings(launched: CallCampaignLaunched, cause: UUID, records: Records) -> None:
    """Have them rung from the moment the campaign opens, if its announcement says to ring."""
    announcement = launched.announcement
    if announcement is None or "ring" not in announcement.channels:
        return
    arguments = {
        "call_campaign": launched.call_campaign,
        "cause": str(cause),
        "audience": _audience.write(announcement.audience),
    }
    schedule(records.transaction, RING, launched.call_campaign, arguments, due_at=launched.opens_at)


def ring_those_who_asked(job: Job, database: Database, clock: Clock, *, most_a_day: int) -> None:
    """Add calls for the next few hundred who are meant, by supporter id, a chunk a transaction."""
    with database.transaction() as transaction:
        records = Records(transaction)
        campaign = records.campaigns.get(job.arguments["call_campaign"])
        if campaign is None or campaign.state != CampaignState.LIVE:
            job.finish(transaction)
            return
        meant = records.callers.who_asked_to_be_rung(_meant(job), after=job.cursor or "", at_most=CHUNK)
        _add(meant, campaign, job.arguments["cause"], records, clock(), most_a_day)
        if len(meant) < CHUNK:
            job.finish(transaction)
        else:
            job.proceed(transaction, meant[-1].supporter_id)


def _add(
    meant: list[Caller], campaign: CallCampaign, cause: str, records: Records, now: datetime, most_a_day: int
) -> None:
    """Nobody asked for one of these calls today, so one that nobody can take is left out and not told of."""
    seated = records.directory.representatives({caller.ridings[0] for caller in meant if caller.ridings})
    often = rung_enough(meant, records, now, most_a_day)
    planned = [
        campaign.call_for(
            caller,
            campaign.target_of(caller.ridings, partial(_lines_of, seated)),
            Via.RING,
            cause,
            now,
            rung_enough=caller.phone_id in often,
        )
        for caller in meant
    ]
    wanted = [call for call in planned if not call.called_off]
    added = records.calls.add_all(wanted, expires_at=campaign.closes_at)
    post_many(records.transaction, [call_requested(call) for call in wanted if call.id in added])


def _lines_of(seated: dict[str, Representative], riding: str) -> tuple[Line, ...] | None:
    representative = seated.get(riding)
    return representative.lines if representative else None


def _meant(job: Job) -> Audience:
    audience: Audience = _audience.read(job.arguments["audience"])
    return audience
