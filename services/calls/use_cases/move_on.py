"""What follows from a fact: the call is kept, its line is learned from, and its end is told once."""

from datetime import datetime

from services.calls.domain.call import Call
from services.calls.domain.call_campaign import CallCampaign
from services.calls.domain.patience import Patience
from services.calls.storage.records import Records
from shared.domain_events.calls import CallFinished
from shared.observability.metrics import CALLS
from shared.outbox import post


def move_on(before: Call, after: Call, records: Records, now: datetime, patience: Patience) -> None:
    """Keep what was newly heard of a call that is locked; in the transaction that finishes it, say so."""
    if after == before:
        return
    campaign = records.campaigns.get(after.call_campaign)
    assert campaign is not None
    records.calls.save(after, now, check_at=patience.until(after, now))
    if after.line and after.office_outcome and not before.office_outcome:
        records.lines.learn(after.line.number, after.office_outcome, campaign.calls_per_line, now)
    if after.state != before.state:
        CALLS.labels(after.state.value).inc()
    if after.is_over:
        tell_of_end(after, campaign, records)


def tell_of_end(call: Call, campaign: CallCampaign, records: Records) -> None:
    """Post `call.finished`; and where the supporter was erased meanwhile, forget whose call it was."""
    if call.supporter_id is None:
        return
    post(records.transaction, _finished(call, call.supporter_id, campaign))
    if records.callers.get(call.supporter_id) is None:
        records.calls.unlink(call.supporter_id)


def _finished(call: Call, supporter_id: str, campaign: CallCampaign) -> CallFinished:
    return CallFinished(
        call_id=str(call.id),
        call_campaign=call.call_campaign,
        campaign=campaign.campaign,
        supporter_id=supporter_id,
        supporter_answered=call.confirmed,
        carrier_outcome=call.carrier_outcome,
        reported_outcome=call.reported_outcome,
        office=call.line.office if call.line and call.confirmed else None,
        talked_seconds=call.talked_seconds,
        ending=call.ending.value,
    )
