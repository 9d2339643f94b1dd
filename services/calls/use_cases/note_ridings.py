"""A supporter was located, or chose their riding: it is noted, everybody hears of it, and their calls are aimed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.calls.domain.call import Aim, Ending
from services.calls.domain.caller import Caller
from services.calls.domain.facts import CalledOff
from services.calls.domain.patience import Patience
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import move_on
from shared.domain_events.calls import SupporterLocated
from shared.outbox import post


def note_ridings(caller: Caller, ridings: Sequence[str], records: Records, now: datetime, patience: Patience) -> None:
    """Note where a caller lives, tell everybody, and aim the calls of theirs that waited for it."""
    named = records.directory.ridings(ridings)
    located = caller.live_in([riding.id for riding in named], named[0].province if named else None)
    records.callers.keep(located)
    post(
        records.transaction,
        SupporterLocated(
            supporter_id=caller.supporter_id,
            ridings=located.ridings or (),
            riding_names=tuple(riding.name for riding in named),
            province=located.province,
        ),
    )
    _aim_waiting(located, records, now, patience)


def _aim_waiting(caller: Caller, records: Records, now: datetime, patience: Patience) -> None:
    for call in records.calls.waiting_of(caller.supporter_id):
        campaign = records.campaigns.get(call.call_campaign)
        if call.aim != Aim.PENDING or campaign is None:
            continue
        target = campaign.target_of(caller.ridings, records.directory.lines_of)
        if isinstance(target, Ending):
            move_on(call, call.hear(CalledOff(target)), records, now, patience)
        else:
            records.calls.keep_aim(replace(call, aim=target.aim, riding=target.riding))
