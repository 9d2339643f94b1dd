"""Look after calls that nothing was heard of: ask the carrier, let a request expire, settle one that was hung up.

This is what makes a kill at any moment harmless. A call that was being dialled when its process died, or whose placing
timed out, is looked for at the carrier by its number and time; only where it is not there may it be dialled again.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.calls.domain.call import Call, Ending, Fact, State
from services.calls.domain.carrier_words import fact_of
from services.calls.domain.facts import CalledOff, HungUp, Placed, Settled
from services.calls.domain.patience import Patience
from services.calls.providers.ports import PlacedCall, ProviderFails, Voice
from services.calls.storage.records import Records
from services.calls.use_cases.dial import number_of
from services.calls.use_cases.move_on import move_on
from shared.clock import Clock
from shared.database import Database
from shared.observability.logging import logger
from shared.privacy.vault import Erased, Vault

AT_ONCE = 20
# The carrier's clock and ours may differ, and it tells times in whole seconds.
CLOCKS_DIFFER = timedelta(seconds=30)
log = logger("look_after")


@dataclass(frozen=True)
class LookAfter:
    """The loop of a worker; several may run at once."""

    database: Database
    voice: Voice
    vault: Vault
    clock: Clock
    patience: Patience

    def __call__(self) -> bool:
        """Look after those whose time has come; whether there was any."""
        now = self.clock()
        with self.database.transaction() as transaction:
            due = Records(transaction).calls.to_look_after(now, now + self.patience.lease, AT_ONCE)
        for call, dialled_at in due:
            try:
                self._look_after(call, dialled_at)
            except ProviderFails as reason:
                log.warning("the carrier does not say, asking again", call_id=str(call.id), reason=str(reason))
        return bool(due)

    def _look_after(self, call: Call, dialled_at: datetime | None) -> None:
        if call.state == State.REQUESTED:
            self._call_off(call)
        elif call.state == State.HUNG_UP:
            self._hear(call, [Settled()])
        else:
            self._ask(call, dialled_at)

    def _call_off(self, call: Call) -> None:
        """Drop a request that waited too long, or whose campaign has ended."""
        with self.database.transaction() as transaction:
            records, now = Records(transaction), self.clock()
            known, campaign = records.calls.get(call.id), records.campaigns.get(call.call_campaign)
            if known is None or campaign is None or known.state != State.REQUESTED:
                return
            ending = Ending.CAMPAIGN_IS_CLOSED if campaign.has_closed(now) else Ending.EXPIRED
            move_on(known, known.hear(CalledOff(ending)), records, now, self.patience)

    def _ask(self, call: Call, dialled_at: datetime | None) -> None:
        try:
            found = self._find(call, dialled_at)
        except Erased:
            self._hear(call, [CalledOff(Ending.ERASED)])
            return
        if found is not None:
            status = fact_of(found.status)
            self._hear(call, [Placed(found.carrier_id), *([status] if status else [])])
        elif call.carrier_id:
            self._hear(call, [HungUp("failed")])
        else:
            self._let_it_be_dialled_again(call)

    def _find(self, call: Call, dialled_at: datetime | None) -> PlacedCall | None:
        """The carrier's own record of a call; one that belongs to another call of ours is not taken for it."""
        if call.carrier_id:
            return self.voice.call(call.carrier_id)
        with self.database.transaction() as transaction:
            number = number_of(call, Records(transaction), self.vault)
        candidates = self.voice.calls_to(number, since=(dialled_at or call.requested_at) - CLOCKS_DIFFER)
        with self.database.transaction() as transaction:
            taken = Records(transaction).calls.known_to_carrier([one.carrier_id for one in candidates])
        return next((one for one in candidates if one.carrier_id not in taken), None)

    def _let_it_be_dialled_again(self, call: Call) -> None:
        with self.database.transaction() as transaction:
            records = Records(transaction)
            known = records.calls.get(call.id)
            if known is not None and (waiting := known.put_back()) != known:
                log.info("the carrier does not know a call, it is dialled again", call_id=str(call.id))
                records.calls.put_back(waiting, due_at=self.clock())

    def _hear(self, call: Call, facts: Sequence[Fact]) -> None:
        with self.database.transaction() as transaction:
            records = Records(transaction)
            known = records.calls.get(call.id)
            assert known is not None
            heard = functools.reduce(Call.hear, facts, known)
            move_on(known, heard, records, self.clock(), self.patience)
