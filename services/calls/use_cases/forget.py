"""A supporter was erased: forget them, and whose the calls were that they made."""

from datetime import datetime

from services.calls.domain.call import CalledOff, Ending
from services.calls.domain.patience import Patience
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import move_on
from shared.domain_events.organizers import SupporterErased


def forget(erased: SupporterErased, records: Records, now: datetime, patience: Patience) -> None:
    """Call off what waits for them and drop their row; a call they are on is unlinked when it ends."""
    records.callers.get(erased.supporter_id, to_change=True)
    for call in records.calls.waiting_of(erased.supporter_id):
        move_on(call, call.hear(CalledOff(Ending.ERASED)), records, now, patience)
    records.callers.drop(erased.supporter_id)
    records.calls.unlink(erased.supporter_id)
