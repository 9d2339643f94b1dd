"""A supporter was erased: nothing says any more what they came to, and the counts stay."""

from services.events.storage.attendances import Attendances
from shared.domain_events.organizers import SupporterErased


def forget(erased: SupporterErased, attendances: Attendances) -> None:
    """Unlink them from what they answered until they were erased; what they say later is theirs to keep."""
    attendances.forget(erased.supporter_id, erased.erased_at)
