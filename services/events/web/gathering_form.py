"""The console's form of a gathering: its fields, and the draft that they describe."""

from datetime import date, datetime, time
from typing import Any

from flask import request
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.events.domain.gathering import Gathering, GatheringText, Kind, Place, PlaceIsMissing
from services.events.domain.when import (
    EndsBeforeItStarts,
    LastsTooLong,
    TimeDoesNotExist,
    TimeIsWrong,
    TimeZoneIsUnknown,
    When,
)
from services.events.web.zones import CITIES
from shared.web.languages import LANGUAGES, translatable
from shared.web.reading import FieldProblems, read_form, readable
from shared.web.schemas import Slug, Words

_EARLIEST, _LATEST = date(2020, 1, 1), date(2099, 12, 31)
# Addresses under /console/events that are pages of their own.
_RESERVED = ("new",)


class GatheringForm(Schema):
    """What an organizer fills in; a language without a title is left out."""

    slug = Slug(required=True, validate=validate.NoneOf(_RESERVED, error=translatable("Choose another address.")))
    campaign = Slug(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in Kind]))
    title_en = Words(150, lines=False, load_default="")
    description_en = Words(10_000, load_default="")
    title_fr = Words(150, lines=False, load_default="")
    description_fr = Words(10_000, load_default="")
    day = fields.Date(required=True, validate=validate.Range(_EARLIEST, _LATEST))
    starts = fields.Time(required=True)
    ends = fields.Time(required=True)
    last_day = fields.Date(load_default=None, validate=validate.Range(_EARLIEST, _LATEST))
    time_zone = fields.String(required=True, validate=validate.OneOf(list(CITIES)))
    venue = Words(200, lines=False, load_default="")
    address = Words(200, lines=False, load_default="")
    city = Words(100, lines=False, load_default="")
    capacity = fields.Integer(load_default=None, validate=validate.Range(1, 1_000_000))

    @validates_schema
    def check_titles(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a gathering without any title, and a description without its own."""
        missing = [one for one in LANGUAGES if values[f"description_{one}"] and not values[f"title_{one}"]]
        if not any(values[f"title_{one}"] for one in LANGUAGES):
            missing = missing or [LANGUAGES[0]]
        if missing:
            raise ValidationError({f"title_{one}": [translatable("Please fill this in.")] for one in missing})


def read_gathering() -> tuple[Gathering | None, dict[str, Any], FieldProblems]:
    """The draft that the request's form describes, or what was typed and the problems by field."""
    values, problems = read_form(GatheringForm())
    if problems:
        return None, values, problems
    try:
        return _gathering(values), request.form.to_dict(), {}
    except ValidationError as error:
        return None, request.form.to_dict(), readable(error.messages_dict)


def values_of(gathering: Gathering) -> dict[str, Any]:
    """What the form shows of a draft."""
    when, place = gathering.when, gathering.place
    words = {
        f"{part}_{text.language}": value
        for text in gathering.texts
        for part, value in (("title", text.title), ("description", text.description))
    }
    last_day = when.ends.date() if when.ends.date() != when.starts.date() else None
    return words | {
        "slug": gathering.slug,
        "campaign": gathering.campaign,
        "kind": gathering.kind.value,
        "day": when.starts.date().isoformat(),
        "starts": f"{when.starts:%H:%M}",
        "ends": f"{when.ends:%H:%M}",
        "last_day": last_day.isoformat() if last_day else "",
        "time_zone": when.time_zone,
        "venue": place.venue,
        "address": place.address,
        "city": place.city,
        "capacity": gathering.capacity or "",
    }


def _gathering(values: dict[str, Any]) -> Gathering:
    """The draft that a form describes. Raises `ValidationError` that names the field to look at."""
    when = _when(values)
    try:
        return Gathering(
            slug=values["slug"],
            campaign=values["campaign"],
            kind=Kind(values["kind"]),
            texts=tuple(_texts(values)),
            when=when,
            place=Place(venue=values["venue"], address=values["address"], city=values["city"]),
            capacity=values["capacity"],
        )
    except PlaceIsMissing:
        field = "venue" if values["city"] else "city"
        raise ValidationError({field: [gettext("Say where people meet.")]}) from None


def _when(values: dict[str, Any]) -> When:
    """When it takes place. Raises `ValidationError` that names the field to look at."""
    try:
        return When(
            starts=_moment(values["day"], values["starts"]),
            ends=_moment(values["last_day"] or values["day"], values["ends"]),
            time_zone=values["time_zone"],
        )
    except TimeDoesNotExist as error:
        field = "starts" if error.time == _moment(values["day"], values["starts"]) else "ends"
        raise ValidationError({field: [_LEFT_OUT]}) from None
    except TimeIsWrong as error:
        raise ValidationError(_TIME_PROBLEMS[type(error)]) from None


def _texts(values: dict[str, Any]) -> list[GatheringText]:
    return [
        GatheringText(
            language=language, title=values[f"title_{language}"], description=values[f"description_{language}"]
        )
        for language in LANGUAGES
        if values[f"title_{language}"]
    ]


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None, second=0, microsecond=0))


_LEFT_OUT = translatable("The clocks are put forward that night, and this time is left out. Choose another.")
_TIME_PROBLEMS = {
    TimeZoneIsUnknown: {"time_zone": [translatable("Choose the time zone of the place.")]},
    EndsBeforeItStarts: {
        "ends": [translatable("It would end before it starts. Where it ends on another day, fill in the last day.")]
    },
    LastsTooLong: {"last_day": [translatable("It would last for more than a month. Is the last day right?")]},
}
