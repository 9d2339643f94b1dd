"""What `events` posts: gatherings, attendance and chapters."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain_events.announcement import Announcement
from shared.domain_events.envelope import DomainEvent, Sealed, about, one_of


@dataclass(frozen=True, kw_only=True)
class GatheringText:
    """A gathering in one language."""

    language: str = about("ISO 639-1.")
    title: str = about("What it is called.")
    description: str = about("What it is about, in Markdown.", default="")


@dataclass(frozen=True, kw_only=True)
class Gathering(DomainEvent):
    """What the three events about a gathering have in common."""

    poster = "events"
    keyed_by = "gathering"

    gathering: str = about("The gathering's slug.")
    campaign: str = about("The campaign's slug.")
    kind: str = about("rally, march, info_session, meeting, clinic, office_visit, online_action or training.")
    texts: tuple[GatheringText, ...] = about("One per language; the first is the fallback.")
    starts_at: datetime = about("When it starts.")
    ends_at: datetime = about("When it ends.")
    time_zone: str = about("The IANA zone of the place; times are shown in it.")
    place: str = about("Venue and address, or how to join online.")
    city: str = about("The city; empty for an online gathering.")
    announcement: Announcement | None = about("The messages approved with it.", default=None)


@dataclass(frozen=True, kw_only=True)
class GatheringScheduled(Gathering):
    """A gathering will take place."""

    type = "gathering.scheduled"


@dataclass(frozen=True, kw_only=True)
class GatheringChanged(Gathering):
    """A gathering's time, place or words changed; all fields as they are now."""

    type = "gathering.changed"


@dataclass(frozen=True, kw_only=True)
class GatheringCancelled(Gathering):
    """A gathering will not take place."""

    type = "gathering.cancelled"


@dataclass(frozen=True, kw_only=True)
class AttendanceAdded(DomainEvent):
    """Somebody said they are coming."""

    type = "attendance.added"
    poster = "events"
    keyed_by = "supporter_id"

    attendance_id: str = about("The attendance's id.")
    gathering: str = about("The gathering's slug.")
    campaign: str = about("The campaign's slug.")
    supporter_id: str = about("Who is coming.")
    supporter: Sealed | None = about(
        "Who is coming, where they gave their name and address on a page. Sealed: `name`, `email`, `phone`.",
        default=None,
    )
    via: str = about("text or page.", check=one_of("text", "page"))
    cause: str = about("The domain event or request that it answers.")
    language: str | None = about("The language of the page; None for a reply.", default=None)


@dataclass(frozen=True, kw_only=True)
class AttendanceChanged(DomainEvent):
    """Somebody who had answered changed their answer."""

    type = "attendance.changed"
    poster = "events"
    keyed_by = "supporter_id"

    attendance_id: str = about("The attendance's id.")
    gathering: str = about("The gathering's slug.")
    supporter_id: str = about("Whose.")
    status: str = about("coming, waiting or cancelled.", check=one_of("coming", "waiting", "cancelled"))


@dataclass(frozen=True, kw_only=True)
class AttendanceCheckedIn(DomainEvent):
    """Somebody who had answered came."""

    type = "attendance.checked_in"
    poster = "events"
    keyed_by = "supporter_id"

    attendance_id: str = about("The attendance's id.")
    gathering: str = about("The gathering's slug.")
    supporter_id: str = about("Whose.")


@dataclass(frozen=True, kw_only=True)
class ChapterStarted(DomainEvent):
    """A local chapter was approved."""

    type = "chapter.started"
    poster = "events"
    keyed_by = "chapter"

    chapter: str = about("The chapter's slug.")
    name: str = about("What it is called.")
    city: str = about("Where.")
