"""A supporter was erased: their signatures go, the totals stay."""

from datetime import datetime

from services.signatures.storage.signatures import Signatures
from services.signatures.storage.totals import Totals
from services.signatures.use_cases.count import count
from shared.domain_events.organizers import SupporterErased


def forget(erased: SupporterErased, signatures: Signatures, totals: Totals, now: datetime) -> None:
    """Drop what they signed until they were erased; what was not counted yet is counted first."""
    until = erased.erased_at
    count(signatures.uncounted_of(erased.supporter_id, until), signatures, totals, now)
    totals.forget(signatures.forget(erased.supporter_id, until))
