"""Choose who is dialled next: as many as the account's pace allows, and no more on an office's line than it takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.calls.domain.call import Aim, Call, Line, Via
from services.calls.domain.call_campaign import FALLBACK, CallCampaign
from services.calls.domain.directory import Representative
from services.calls.domain.patience import Patience
from services.calls.domain.sharing import Queue, share_out
from services.calls.storage.queues import Waiting
from services.calls.storage.records import Records
from shared.reaching.pace import Pace
from shared.reaching.quiet_hours import QuietHours

PACE = "calls"
AT_ONCE = 50


def choose_calls(
    records: Records, pace: Pace, patience: Patience, quiet_hours: QuietHours, now: datetime
) -> list[Call]:
    """Those who are dialled next, each with a line, noted as being dialled."""
    if not records.queues.waiting(now):
        return []
    records.queues.take_turn()
    paces = records.paces(pace)
    allowed = min(AT_ONCE, paces.free([PACE], now)[PACE])
    chosen: list[Call] = []
    for queue, lines in _shares(records, now, allowed):
        first = _first_in(queue, len(lines), records, now, but_not=chosen)
        awake = [call for call in first if not _is_left_to_sleep(call, records, quiet_hours, now)]
        chosen += _dial(awake, lines, records, patience, now)
    paces.take({PACE: len(chosen)}, now)
    return chosen


def _shares(records: Records, now: datetime, allowed: int) -> list[tuple[Queue, list[Line]]]:
    """Each queue with the lines on which its first calls may be dialled."""
    queues = _open_queues(records, now) if allowed else []
    known = records.lines.known({line.number for queue in queues for line in queue.lines})
    shares = share_out(queues, known, records.queues.calls_on_lines(), allowed)
    return [(queue, [line for sharing, line in shares if sharing is queue]) for queue in queues]


def _open_queues(records: Records, now: datetime) -> list[Queue]:
    waiting = records.queues.waiting(now)
    campaigns = records.campaigns.named([one.call_campaign for one in waiting])
    is_open = [one for one in waiting if campaigns[one.call_campaign].is_open(now)]
    seated = records.directory.representatives({one.riding for one in is_open if one.riding})
    return [_queue(one, campaigns[one.call_campaign], seated.get(one.riding or "")) for one in is_open]


def _queue(waiting: Waiting, campaign: CallCampaign, representative: Representative | None) -> Queue:
    return Queue(
        call_campaign=waiting.call_campaign,
        aim=waiting.aim,
        riding=waiting.riding,
        length=waiting.length,
        lines=(representative.lines if representative else ()) or campaign.fallback_lines,
        calls_per_line=campaign.calls_per_line,
    )


def _first_in(queue: Queue, at_most: int, records: Records, now: datetime, but_not: list[Call]) -> list[Call]:
    busy = [call.phone_id for call in but_not if call.phone_id]
    return records.queues.first_in(queue, now, at_most, but_not=busy) if at_most else []


def _is_left_to_sleep(call: Call, records: Records, quiet_hours: QuietHours, now: datetime) -> bool:
    """Put a ring that nobody just asked for off until it is day where the supporter lives; whether it was."""
    if call.via != Via.RING:
        return False
    caller = records.callers.get(call.supporter_id or "")
    day = quiet_hours.over_at(now, caller.province if caller else None)
    if day <= now:
        return False
    records.calls.put_off(call, due_at=day)
    return True


def _dial(
    first: Sequence[Call], lines: Sequence[Line], records: Records, patience: Patience, now: datetime
) -> list[Call]:
    dialled = [_aimed_at(line, call).dial(line) for call, line in zip(first, lines, strict=False)]
    for call in dialled:
        records.calls.dial(call, now, check_at=now + patience.lease)
    return dialled


def _aimed_at(line: Line, call: Call) -> Call:
    """A seat may have become vacant while the call waited; then it is the fallback's."""
    return replace(call, aim=Aim.FALLBACK) if line.kind == FALLBACK else call
