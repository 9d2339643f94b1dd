"""A call is asked for: kept and told, or told to be over at once where nobody can be called."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.calls.domain.call import Call, Via
from services.calls.domain.call_campaign import CallCampaign, CampaignState
from services.calls.domain.caller import Caller
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import tell_of_end
from shared.bus.outcomes import Retry, Skip
from shared.domain_events.calls import CallRequested
from shared.domain_events.notifications import ReplyReceived
from shared.outbox import post

A_DAY = timedelta(days=1)


def request_by_reply(reply: ReplyReceived, cause: UUID, records: Records, now: datetime, *, most_a_day: int) -> None:
    """Ring a supporter who answered CALL; where nobody can be called for them, say so in `call.finished`."""
    if reply.meaning != "call":
        return
    campaign = _announced(reply, records)
    caller = records.callers.get(reply.supporter_id)
    if caller is None:
        raise Retry("the supporter who answered is not known yet")
    target = campaign.target_of(caller.ridings, records.directory.lines_of)
    often = rung_enough([caller], records, now, most_a_day)
    keep_request(
        campaign.call_for(caller, target, Via.REPLY, str(cause), now, rung_enough=caller.phone_id in often),
        campaign,
        records,
    )


def keep_request(call: Call, campaign: CallCampaign, records: Records) -> None:
    """Keep a call that was asked for and tell of it; nothing where the supporter waits for one already."""
    if not records.calls.add(call, expires_at=campaign.expiry(call)):
        return
    if call.called_off:
        tell_of_end(call, campaign, records)
    else:
        post(records.transaction, call_requested(call))


def rung_enough(callers: Iterable[Caller], records: Records, now: datetime, most_a_day: int) -> set[str | None]:
    """The telephones, by fingerprint, that were rung as often as may be within a day.

    Somebody could be made to suffer by more, as anybody may sign with another's number.
    """
    rung = records.calls.rung_since([caller.phone_id for caller in callers if caller.phone_id], now - A_DAY)
    return {phone_id for phone_id, times in rung.items() if times >= most_a_day}


def call_requested(call: Call) -> CallRequested:
    """The domain event that tells of a call that was asked for."""
    return CallRequested(
        call_id=str(call.id),
        call_campaign=call.call_campaign,
        supporter_id=call.supporter_id or "",
        via=call.via.value,
        cause=call.cause,
    )


def _announced(reply: ReplyReceived, records: Records) -> CallCampaign:
    """The call campaign that somebody was told of before they answered. Raises `Skip` where there is none."""
    if reply.call_campaign is None:
        raise Skip("they were told of no call campaign")
    campaign = records.campaigns.get(reply.call_campaign)
    if campaign is None or campaign.state == CampaignState.DRAFT:
        raise Skip("there is no such call campaign")
    return campaign
