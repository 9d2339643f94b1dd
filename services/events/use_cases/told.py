"""A gathering as its domain events tell of it."""

from typing import TypeVar

from services.events.domain.gathering import Gathering
from shared.domain_events.announcement import Announcement
from shared.domain_events.events import Gathering as GatheringEvent
from shared.domain_events.events import GatheringText

E = TypeVar("E", bound=GatheringEvent)


def told(event: type[E], gathering: Gathering, announcement: Announcement | None) -> E:
    """All that is said of a gathering, as it is now."""
    return event(
        gathering=gathering.slug,
        campaign=gathering.campaign,
        kind=gathering.kind.value,
        texts=tuple(GatheringText(**vars(text)) for text in gathering.texts),
        starts_at=gathering.when.starts_at,
        ends_at=gathering.when.ends_at,
        time_zone=gathering.when.time_zone,
        place=gathering.place.in_one_line,
        city=gathering.place.city,
        announcement=announcement,
    )
