"""Dial those who wait: as many as the account's pace allows, and no more on an office's line than it takes.

That a call is being dialled is committed before the carrier is asked. A process that dies in between leaves a call that
`look_after` finds; it asks the carrier before it lets anybody dial again.
"""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.calls.domain.call import Aim, Call, CalledOff, Ending, Fact, Line, Placed
from services.calls.domain.call_campaign import CallCampaign
from services.calls.domain.patience import Patience
from services.calls.domain.sharing import Queue, share_out
from services.calls.providers.ports import OutcomeUnknown, Refused, TryLater, Voice
from services.calls.storage.calls import Waiting
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import move_on
from services.calls.use_cases.remember_caller import SEALED_AS
from shared.clock import Clock
from shared.database import Database
from shared.observability.logging import logger
from shared.pace import Pace
from shared.privacy.vault import Erased, Vault
from shared.quiet_hours import QuietHours

PACE = "calls"
AT_ONCE = 50
IN_PARALLEL = 8
LONGEST_WAIT_SECONDS = 60
FALLBACK = "fallback"
log = logger("dial")

# The addresses that the carrier asks for what to say, and tells of progress, for one call.
Addresses = Callable[[Call], tuple[str, str]]


@dataclass(frozen=True)
class Dialler:
    """The loop of a worker; several may run at once."""

    database: Database
    voice: Voice
    vault: Vault
    clock: Clock
    pace: Pace
    patience: Patience
    quiet_hours: QuietHours
    addresses: Addresses

    def __call__(self) -> bool:
        """Dial who may be dialled now; whether there was anybody."""
        with self.database.transaction() as transaction:
            chosen = choose(Records(transaction), self.pace, self.patience, self.quiet_hours, self.clock())
        if len(chosen) > 1:
            with ThreadPoolExecutor(IN_PARALLEL) as threads:
                list(threads.map(self.place, chosen))
        elif chosen:
            self.place(chosen[0])
        return bool(chosen)

    def place(self, call: Call) -> None:
        """Ask the carrier to ring the supporter; what came of it becomes part of the call."""
        try:
            fact: Fact | None = self._place(call)
        except Erased:
            fact = CalledOff(Ending.ERASED)
        except Refused as reason:
            log.info("the carrier refused a call", call_id=str(call.id), reason=str(reason))
            fact = CalledOff(Ending.REFUSED_BY_CARRIER)
        except TryLater as reason:
            log.warning("a call could not be placed and waits", call_id=str(call.id), reason=str(reason))
            fact = None
        except OutcomeUnknown as reason:
            # It may ring by now. Its lease runs out, and the carrier is asked for it.
            log.warning("a call was perhaps placed", call_id=str(call.id), reason=str(reason))
            return
        with self.database.transaction() as transaction:
            self._keep(call, fact, Records(transaction))

    def _place(self, call: Call) -> Placed:
        number = self._number_of(call)
        answered_url, status_url = self.addresses(call)
        placed = self.voice.place(number, answered_url=answered_url, status_url=status_url)
        return Placed(placed.carrier_id)

    def _number_of(self, call: Call) -> str:
        with self.database.transaction() as transaction:
            return number_of(call, Records(transaction), self.vault)

    def _keep(self, dialled: Call, fact: Fact | None, records: Records) -> None:
        call = records.calls.get(dialled.id)
        assert call is not None
        if fact is not None:
            move_on(call, call.hear(fact), records, self.clock(), self.patience)
        elif call.put_back() != call:
            records.calls.put_back(call.put_back(), due_at=self.clock() + _wait_after(call.attempts))


def number_of(call: Call, records: Records, vault: Vault) -> str:
    """The telephone number that a call rings. Raises `Erased`."""
    caller = records.callers.get(call.supporter_id or "")
    if caller is None or caller.sealed is None:
        raise Erased(str(call.supporter_id))
    number: str = vault.open(caller.supporter_id, caller.sealed, SEALED_AS)["phone"]
    return number


def choose(records: Records, pace: Pace, patience: Patience, quiet_hours: QuietHours, now: datetime) -> list[Call]:
    """Those who are dialled next, each with a line, noted as being dialled."""
    if not records.calls.waiting(now):
        return []
    records.calls.take_turn_to_dial()
    paces = records.paces(pace)
    allowed = min(AT_ONCE, paces.free([PACE], now)[PACE])
    queues = _open_queues(records, now) if allowed else []
    numbers = {line.number for _, queue in queues for line in queue.lines}
    shares = share_out([queue for _, queue in queues], records.lines.known(numbers), records.calls.on_lines(), allowed)
    chosen: list[Call] = []
    for waiting, queue in queues:
        lines = [line for sharing, line in shares if sharing is queue]
        first = _first_in(waiting, len(lines), records, now, but_not=chosen)
        awake = [call for call in first if not _is_left_to_sleep(call, records, quiet_hours, now)]
        chosen += _dial(awake, lines, records, patience, now)
    paces.take({PACE: len(chosen)}, now)
    return chosen


def _first_in(waiting: Waiting, at_most: int, records: Records, now: datetime, but_not: list[Call]) -> list[Call]:
    busy = [call.phone_id for call in but_not if call.phone_id]
    return records.calls.first_in(waiting, now, at_most, but_not=busy) if at_most else []


def _is_left_to_sleep(call: Call, records: Records, quiet_hours: QuietHours, now: datetime) -> bool:
    """Put a ring that nobody just asked for off until it is day where the supporter lives; whether it was."""
    if call.via != "ring":
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


def _open_queues(records: Records, now: datetime) -> list[tuple[Waiting, Queue]]:
    waiting = records.calls.waiting(now)
    campaigns = records.campaigns.named([one.call_campaign for one in waiting])
    is_open = [one for one in waiting if campaigns[one.call_campaign].is_open(now)]
    seated = records.directory.representatives({one.riding for one in is_open if one.riding})
    queues = []
    for one in is_open:
        campaign = campaigns[one.call_campaign]
        representative = seated.get(one.riding or "")
        lines = (representative.lines if representative else ()) or _fallback_lines(campaign)
        queues.append(
            (
                one,
                Queue(
                    call_campaign=one.call_campaign,
                    aim=one.aim,
                    riding=one.riding,
                    length=one.length,
                    lines=lines,
                    calls_per_line=campaign.calls_per_line,
                ),
            )
        )
    return queues


def _fallback_lines(campaign: CallCampaign) -> tuple[Line, ...]:
    if campaign.fallback is None:
        return ()
    office = f"fallback:{campaign.slug}"
    return (Line(target_name=campaign.fallback.name, office=office, number=campaign.fallback.number, kind=FALLBACK),)


def _aimed_at(line: Line, call: Call) -> Call:
    """A seat may have become vacant while the call waited; then it is the fallback's."""
    return replace(call, aim=Aim.FALLBACK) if line.kind == FALLBACK else call


def _wait_after(attempts: int) -> timedelta:
    seconds = min(LONGEST_WAIT_SECONDS, 2**attempts)
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter is no secret
