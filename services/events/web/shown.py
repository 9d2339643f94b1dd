"""A gathering as a page shows it: in one language, on the clocks of its own place."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, format_time, get_timezone_name
from flask_babel import gettext

from services.events.domain.gathering import Gathering, Kind, State
from shared.web.languages import translatable

KINDS = {
    Kind.RALLY: translatable("Rally"),
    Kind.MARCH: translatable("March"),
    Kind.INFO_SESSION: translatable("Information session"),
    Kind.MEETING: translatable("Meeting"),
    Kind.CLINIC: translatable("Clinic"),
    Kind.OFFICE_VISIT: translatable("Office visit"),
    Kind.ONLINE_ACTION: translatable("Online action"),
    Kind.TRAINING: translatable("Training"),
}
STATES = {
    State.DRAFT: translatable("draft"),
    State.SCHEDULED: translatable("scheduled"),
    State.CANCELLED: translatable("called off"),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a template needs of one gathering. `language` is that of its title and description."""

    gathering: Gathering
    language: str
    title: str
    description: str
    kind: str
    date: date
    day: str
    hours: str
    zone: str
    place: str
    city: str


def show(gathering: Gathering, language: str) -> Shown:
    """A gathering in a language, or in the first one it has."""
    text = gathering.text(language)
    return Shown(
        gathering=gathering,
        language=text.language,
        title=text.title,
        description=text.description,
        kind=gettext(KINDS[gathering.kind]),
        date=gathering.when.starts.date(),
        day=_day(gathering, language),
        hours=_hours(gathering, language),
        zone=_zone(gathering, language),
        place=gathering.place.in_one_line,
        city=gathering.place.city or gettext("Online"),
    )


def _day(gathering: Gathering, language: str) -> str:
    """The day it starts, such as Saturday, December 5, 2026."""
    return format_date(gathering.when.starts, "full", locale=f"{language}_CA")


def _hours(gathering: Gathering, language: str) -> str:
    """From when to when, with the day where it ends on another."""
    when, locale = gathering.when, f"{language}_CA"
    starts, ends = (format_time(time, "short", locale=locale) for time in (when.starts, when.ends))
    if when.starts.date() == when.ends.date():
        return f"{starts} – {ends}"
    return f"{starts} – {format_date(when.ends, 'full', locale=locale)}, {ends}"


def _zone(gathering: Gathering, language: str) -> str:
    """What the clocks of the place are set to that day, such as Eastern Standard Time."""
    there = gathering.when.starts_at.astimezone(gathering.when.zone)
    return get_timezone_name(there, locale=f"{language}_CA")
