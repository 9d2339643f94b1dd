"""Dial those who are chosen (`choose_calls.py`).

That a call is being dialled is committed before the carrier is asked. A process that dies in between leaves a call that
`look_after` finds; it asks the carrier before it lets anybody dial again.
"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from services.calls.domain.call import Call, Ending, Fact
from services.calls.domain.facts import CalledOff, Placed
from services.calls.domain.patience import Patience
from services.calls.providers.ports import OutcomeUnknown, Refused, TryLater, Voice
from services.calls.storage.records import Records
from services.calls.use_cases.choose_calls import choose_calls
from services.calls.use_cases.move_on import move_on
from services.calls.use_cases.remember_caller import SEALED_AS
from shared.clock import Clock
from shared.database import Database
from shared.observability.logging import logger
from shared.privacy.vault import Erased, Vault
from shared.reaching.pace import Pace
from shared.reaching.quiet_hours import QuietHours

IN_PARALLEL = 8
LONGEST_WAIT_SECONDS = 60
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
            chosen = choose_calls(Records(transaction), self.pace, self.patience, self.quiet_hours, self.clock())
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
        elif (waiting := call.put_back()) != call:
            records.calls.put_back(waiting, due_at=self.clock() + _wait_after(call.attempts))


def number_of(call: Call, records: Records, vault: Vault) -> str:
    """The telephone number that a call rings. Raises `Erased`."""
    caller = records.callers.get(call.supporter_id or "")
    if caller is None or caller.sealed is None:
        raise Erased(str(call.supporter_id))
    number: str = vault.open(caller.supporter_id, caller.sealed, SEALED_AS)["phone"]
    return number


def _wait_after(attempts: int) -> timedelta:
    seconds = min(LONGEST_WAIT_SECONDS, 2**attempts)
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter is no secret
