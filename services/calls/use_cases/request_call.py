"""A supporter asks to be rung: by answering CALL to a text, or on the page that a link in an e-mail leads to."""

from datetime import datetime, timedelta
from uuid import UUID

from services.calls.domain.call import Aim, Call, CalledOff, Ending
from services.calls.domain.call_campaign import CallCampaign, CampaignState
from services.calls.domain.caller import Caller
from services.calls.domain.directory import LinesOf, Target, aim
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import tell_of_end
from shared.bus.outcomes import Retry, Skip
from shared.domain_events.calls import CallRequested
from shared.domain_events.notifications import ReplyReceived
from shared.identifiers import new_id
from shared.outbox import post

A_DAY = timedelta(days=1)


def request_by_reply(reply: ReplyReceived, cause: UUID, records: Records, now: datetime, *, most_a_day: int) -> None:
    """Ring a supporter who answered CALL; where nobody can be called for them, say so in `call.finished`."""
    if reply.meaning != "call":
        return
    if reply.call_campaign is None:
        raise Skip("they were told of no call campaign")
    campaign = records.campaigns.get(reply.call_campaign)
    if campaign is None or campaign.state == CampaignState.DRAFT:
        raise Skip("there is no such call campaign")
    caller = records.callers.get(reply.supporter_id)
    if caller is None:
        raise Retry("the supporter who answered is not known yet")
    call = plan_call(
        caller,
        campaign,
        "reply",
        str(cause),
        now,
        records.directory.lines_of,
        first_will_do=campaign.first_riding_by_text,
        rung_enough=_rung_enough(caller, records, now, most_a_day),
    )
    keep_request(call, campaign, records)


def request_by_link(
    caller: Caller,
    campaign: CallCampaign,
    records: Records,
    now: datetime,
    *,
    most_a_day: int,
    fallback_instead: bool,
) -> Ending | None:
    """Ring a supporter who pressed the button; the reason where they cannot be, so that the page can ask or explain.

    Who spans ridings or has none is asked to choose before the fallback is called.
    """
    call = plan_call(
        caller,
        campaign,
        "link",
        f"link:{new_id()}",
        now,
        records.directory.lines_of,
        first_will_do=False,
        ask_first=True,
        fallback_instead=fallback_instead,
        rung_enough=_rung_enough(caller, records, now, most_a_day),
    )
    if call.called_off:
        return call.called_off
    keep_request(call, campaign, records)
    return None


def plan_call(
    caller: Caller,
    campaign: CallCampaign,
    via: str,
    cause: str,
    now: datetime,
    lines_of: LinesOf,
    *,
    first_will_do: bool,
    ask_first: bool = False,
    fallback_instead: bool = False,
    rung_enough: bool = False,
) -> Call:
    """The call that is to be made for somebody; called off at once where it cannot be, with the reason."""
    target = _target(caller, campaign, lines_of, first_will_do, ask_first, fallback_instead)
    problem = _problem(caller, campaign, via, now, rung_enough) or (target if isinstance(target, Ending) else None)
    call = Call(
        id=new_id(),
        call_campaign=campaign.slug,
        supporter_id=caller.supporter_id,
        phone_id=caller.phone_id,
        language=caller.language,
        via=via,
        cause=cause,
        requested_at=now,
        aim=target.aim if isinstance(target, Target) else Aim.PENDING,
        riding=target.riding if isinstance(target, Target) else None,
    )
    return call.hear(CalledOff(problem)) if problem else call


def keep_request(call: Call, campaign: CallCampaign, records: Records) -> None:
    """Keep a call that was asked for and tell of it; nothing where the supporter waits for one already."""
    expires_at = campaign.expiry(call.requested_at, rings=call.via == "ring")
    if not records.calls.add(call, expires_at=expires_at):
        return
    if call.called_off:
        tell_of_end(call, campaign, records)
    else:
        post(records.transaction, requested(call))


def requested(call: Call) -> CallRequested:
    """The domain event that tells of a call that was asked for."""
    return CallRequested(
        call_id=str(call.id),
        call_campaign=call.call_campaign,
        supporter_id=call.supporter_id or "",
        via=call.via,
        cause=call.cause,
    )


def _rung_enough(caller: Caller, records: Records, now: datetime, most_a_day: int) -> bool:
    """Whether somebody could be made to suffer by it, as anybody may sign with another's number."""
    return caller.phone_id is not None and records.calls.rung_since(caller.phone_id, now - A_DAY) >= most_a_day


def _problem(caller: Caller, campaign: CallCampaign, via: str, now: datetime, rung_enough: bool) -> Ending | None:
    """Why somebody cannot be rung whoever it is that they want to talk to. A ring that was announced may wait."""
    if caller.phone_id is None:
        return Ending.NO_TELEPHONE
    if rung_enough:
        return Ending.CALLED_OFTEN
    is_open = campaign.state == CampaignState.LIVE if via == "ring" else campaign.is_open(now)
    return None if is_open else Ending.CAMPAIGN_IS_CLOSED


def _target(
    caller: Caller,
    campaign: CallCampaign,
    lines_of: LinesOf,
    first_will_do: bool,
    ask_first: bool,
    fallback_instead: bool,
) -> Target | Ending:
    if fallback_instead and campaign.fallback:
        return Target(Aim.FALLBACK)
    to_ask = ask_first and caller.ridings is not None and len(caller.ridings) != 1
    has_fallback = campaign.fallback is not None and not to_ask
    return aim(caller.ridings, first_will_do=first_will_do, has_fallback=has_fallback, lines_of=lines_of)
