"""What `organizers` posts."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain_events.envelope import DomainEvent, about


@dataclass(frozen=True, kw_only=True)
class SupporterErased(DomainEvent):
    """A supporter's key was destroyed: whatever of theirs was sealed can no longer be opened by anyone."""

    type = "supporter.erased"
    poster = "organizers"
    keyed_by = "supporter_id"

    supporter_id: str = about("Who.")
    erased_at: datetime = about("When.")
