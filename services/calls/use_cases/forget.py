"""A supporter was erased: forget them, and whose the calls were that they made."""

from datetime import datetime

from services.calls.domain.call import Ending
from services.calls.domain.facts import CalledOff
from services.calls.domain.patience import Patience
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import move_on
from shared.domain_events.organizers import SupporterErased


def forget(erased: SupporterErased, records: Records, now: datetime, patience: Patience) -> None:
    """Call off what waits for them and drop their row; a call they are on is unlinked when it ends."""
    records.callers.hold(erased.supporter_id)
    for call in records.calls.waiting_of(erased.supporter_id):
        move_on(call, call.hear(CalledOff(Ending.ERASED)), records, now, patience)
    records.callers.drop(erased.supporter_id)
    records.calls.unlink(erased.supporter_id)
