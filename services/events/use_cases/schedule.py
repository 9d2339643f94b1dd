"""Announce a gathering."""

from datetime import datetime

from services.events.domain.gathering import GatheringIsNotADraft
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.told import told
from shared.domain_events.announcement import Announcement
from shared.domain_events.events import GatheringScheduled


def schedule(slug: str, announcement: Announcement | None, gatherings: Gatherings, now: datetime) -> None:
    """Take answers, and announce it as the organizer confirmed. Raises `GatheringIsNotADraft` or `GatheringIsOver`."""
    known = gatherings.hold(slug)
    if known is None:
        raise GatheringIsNotADraft(slug)
    gathering = known.schedule(now)
    gatherings.keep(gathering, scheduled_at=now)
    gatherings.post(told(GatheringScheduled, gathering, announcement))
