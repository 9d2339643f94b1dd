"""A gathering before anybody but organizers sees it."""

from services.events.domain.gathering import Gathering, GatheringIsNotADraft, SlugIsTaken
from services.events.storage.gatherings import Gatherings


def draft(gathering: Gathering, created_by: str, gatherings: Gatherings) -> None:
    """Keep a new draft. Raises `SlugIsTaken`."""
    if not gatherings.add(gathering, created_by):
        raise SlugIsTaken(gathering.slug)


def change_draft(gathering: Gathering, gatherings: Gatherings) -> None:
    """Keep a draft as it is now. Raises `GatheringIsNotADraft`."""
    known = gatherings.hold(gathering.slug)
    if known is None:
        raise GatheringIsNotADraft(gathering.slug)
    known.check_is_a_draft()
    gatherings.keep(gathering)
