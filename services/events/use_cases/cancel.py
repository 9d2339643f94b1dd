"""Call a gathering off."""

from datetime import datetime

from services.events.domain.gathering import GatheringIsNotScheduled
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.told import told
from shared.domain_events.announcement import Announcement
from shared.domain_events.events import GatheringCancelled


def cancel(slug: str, announcement: Announcement | None, gatherings: Gatherings, now: datetime) -> None:
    """Take no more answers, and say so as the organizer confirmed.

    Raises `GatheringIsNotScheduled` or `GatheringIsOver`.
    """
    known = gatherings.hold(slug)
    if known is None:
        raise GatheringIsNotScheduled(slug)
    gathering = known.cancel(now)
    gatherings.keep(gathering, cancelled_at=now)
    gatherings.post(told(GatheringCancelled, gathering, announcement))
