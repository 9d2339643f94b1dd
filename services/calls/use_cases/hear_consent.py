"""A supporter agreed to be rung, or no longer does."""

from datetime import datetime

from services.calls.domain.call import Ending
from services.calls.domain.facts import CalledOff
from services.calls.domain.patience import Patience
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import move_on
from shared.domain_events.notifications import ConsentGiven, ConsentWithdrawn


def hear_consent(given: ConsentGiven, records: Records) -> None:
    """Remember that they may be rung, even where nothing else is known of them yet."""
    if given.channel != "call":
        return
    caller = records.callers.meet(given.supporter_id)
    records.callers.keep(caller.agree(given.given_at))


def hear_withdrawal(withdrawn: ConsentWithdrawn, records: Records, now: datetime, patience: Patience) -> None:
    """Remember that they may not be rung, and call off what waits for them."""
    if withdrawn.channel != "call":
        return
    caller = records.callers.meet(withdrawn.supporter_id)
    records.callers.keep(caller.withdraw(withdrawn.withdrawn_at))
    for call in records.calls.waiting_of(withdrawn.supporter_id):
        move_on(call, call.hear(CalledOff(Ending.WITHDRAWN)), records, now, patience)
