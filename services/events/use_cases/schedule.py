"""A gathering from its draft to its announcement."""

from datetime import datetime

from services.events.domain.gathering import Gathering, NotADraft, State
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.told import told
from shared.domain_events.announcement import Announcement
from shared.domain_events.events import GatheringScheduled


class SlugIsTaken(Exception):
    """Another gathering has this address already."""


def draft(gathering: Gathering, created_by: str, gatherings: Gatherings) -> None:
    """Keep a new draft. Raises `SlugIsTaken`."""
    if not gatherings.add(gathering, created_by):
        raise SlugIsTaken(gathering.slug)


def change_draft(gathering: Gathering, gatherings: Gatherings) -> None:
    """Keep a draft as it is now. Raises `NotADraft`."""
    known = gatherings.hold(gathering.slug)
    if known is None or known.state != State.DRAFT:
        raise NotADraft(gathering.slug)
    gatherings.keep(gathering)


def schedule(slug: str, announcement: Announcement | None, gatherings: Gatherings, now: datetime) -> None:
    """Take answers, and announce it as the organizer confirmed. Raises `NotADraft` or `GatheringIsOver`."""
    known = gatherings.hold(slug)
    if known is None:
        raise NotADraft(slug)
    gathering = known.schedule(now)
    gatherings.keep(gathering, scheduled_at=now)
    gatherings.post(told(GatheringScheduled, gathering, announcement))
