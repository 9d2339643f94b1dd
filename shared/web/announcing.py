"""The step in which an organizer sees how many people an announcement reaches before they confirm it.

A review page includes `announcement.html`. Its script posts the page's form to `/console/audiences/count` (served by
notifications), which answers with `count_answer`; the token in that answer comes back with the form as `counted`.

The form's fields: `channels` (each of text, email, ring), `audience_campaign`, `audience_petitions` (slugs, parted by
spaces or commas), `audience_provinces`, `audience_languages`, `counted`, and the words (`shared.web.wordings`).
"""

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from babel.lists import format_list
from babel.numbers import format_decimal
from flask_babel import gettext, ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from marshmallow import ValidationError

from shared.domain_events.announcement import CHANNELS, Announcement, Audience
from shared.web.guard import Organizer
from shared.web.languages import LANGUAGES, NAMES, request_language, translatable
from shared.web.problems import Problem
from shared.web.schemas import Slug
from shared.web.wordings import FIELDS, Form, read_wordings

COUNT_LASTS_SECONDS = 15 * 60
PROVINCES = {
    "AB": translatable("Alberta"),
    "BC": translatable("British Columbia"),
    "MB": translatable("Manitoba"),
    "NB": translatable("New Brunswick"),
    "NL": translatable("Newfoundland and Labrador"),
    "NS": translatable("Nova Scotia"),
    "NT": translatable("Northwest Territories"),
    "NU": translatable("Nunavut"),
    "ON": translatable("Ontario"),
    "PE": translatable("Prince Edward Island"),
    "QC": translatable("Quebec"),
    "SK": translatable("Saskatchewan"),
    "YT": translatable("Yukon"),
}
CHANNEL_NAMES = {
    "text": translatable("Text message"),
    "email": translatable("E-mail"),
    "ring": translatable("Telephone call, to those who asked to be called"),
}
_SLUG = Slug()
_BETWEEN_SLUGS = re.compile(r"[\s,;]+")
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class AnnouncementChoices:
    """What the boxes of `announcement.html` offer: each value and its label in the organizer's language."""

    channels: Choices
    provinces: Choices
    languages: Choices


def announcement_choices(channels: Collection[str]) -> AnnouncementChoices:
    """The choices of an announcement that may go out on these channels."""
    return AnnouncementChoices(
        channels=[(channel, gettext(name)) for channel, name in CHANNEL_NAMES.items() if channel in channels],
        provinces=[(code, gettext(name)) for code, name in PROVINCES.items()],
        languages=list(NAMES.items()),
    )


def read_audience(form: Form) -> Audience:
    """Whom the form names. Raises `Problem` 422 for what is not a slug or a code."""
    petitions = tuple(slug for slug in _BETWEEN_SLUGS.split(form.get("audience_petitions", "")) if slug)
    campaign = form.get("audience_campaign", "").strip().removeprefix("#") or None
    for slug in (*petitions, *([campaign] if campaign else [])):
        _check_slug(slug)
    return Audience(
        campaign=campaign,
        petitions=petitions,
        provinces=_codes(form, "audience_provinces", tuple(PROVINCES)),
        languages=_codes(form, "audience_languages", LANGUAGES),
    )


def read_channels(form: Form) -> tuple[str, ...]:
    """The ticked channels, always in the same order. Raises `Problem` 422 for one that does not exist."""
    return _codes(form, "channels", CHANNELS)


def sign_count(
    secret_key: str, audience: Audience, channels: tuple[str, ...], texts: int, emails: int, rings: int
) -> str:
    """A token that says how many this audience was counted to be on these channels."""
    counted = {"of": _asked(audience, channels), "texts": texts, "emails": emails, "rings": rings}
    token = _signer(secret_key).dumps(counted)
    return token if isinstance(token, str) else token.decode()


def count_answer(
    secret_key: str, audience: Audience, channels: tuple[str, ...], texts: int, emails: int, rings: int
) -> dict[str, Any]:
    """What the page's script is answered: the numbers, the same in the organizer's language, and the token."""
    return {
        "texts": texts,
        "emails": emails,
        "rings": rings,
        "sentence": count_sentence(channels, texts, emails, rings),
        "confirm": confirm_words(channels, texts, emails, rings),
        "token": sign_count(secret_key, audience, channels, texts, emails, rings),
    }


def count_sentence(channels: tuple[str, ...], texts: int, emails: int, rings: int) -> str:
    """For instance `This will text 212 people and e-mail 340 people.`"""
    if not channels:
        return str(gettext("This will tell nobody."))
    return str(gettext("This will %(what)s.", what=_deeds(channels, texts, emails, rings)))


def confirm_words(channels: tuple[str, ...], texts: int, emails: int, rings: int) -> str:
    """What the confirm button says below its label: `Confirm: text 212 people and e-mail 340 people`."""
    if not channels:
        return str(gettext("Confirm: tell nobody"))
    return str(gettext("Confirm: %(what)s", what=_deeds(channels, texts, emails, rings)))


def read_announcement(
    form: Form, organizer: Organizer, secret_key: str, fields: Collection[str] = tuple(FIELDS)
) -> Announcement | None:
    """What the organizer confirmed; None where no channel is ticked. `fields` may stand in braces in the words.

    Raises `Problem` 422 where it was not counted, was counted over 15 minutes ago or for something else, or where the
    words are missing, too long or have unknown fields.
    """
    channels = read_channels(form)
    if not channels:
        return None
    audience = read_audience(form)
    counted = _read_count(secret_key, form.get("counted", ""), _asked(audience, channels))
    return Announcement(
        audience=audience,
        channels=channels,
        wordings=read_wordings(form, channels, fields),
        counted_texts=counted["texts"],
        counted_emails=counted["emails"],
        counted_rings=counted["rings"],
        approved_by=organizer.id,
    )


def _deeds(channels: tuple[str, ...], texts: int, emails: int, rings: int) -> str:
    parts = {
        "text": ngettext("text %(people)s person", "text %(people)s people", texts, people=_figure(texts)),
        "email": ngettext("e-mail %(people)s person", "e-mail %(people)s people", emails, people=_figure(emails)),
        "ring": ngettext("ring %(people)s person", "ring %(people)s people", rings, people=_figure(rings)),
    }
    return str(format_list([parts[channel] for channel in channels], locale=f"{request_language()}_CA"))


def _figure(number: int) -> str:
    return format_decimal(number, locale=f"{request_language()}_CA")


def _read_count(secret_key: str, token: str, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        counted: dict[str, Any] = _signer(secret_key).loads(token, max_age=COUNT_LASTS_SECONDS)
    except BadData:
        counted = {}
    if counted.get("of") != asked:
        raise Problem(
            422,
            gettext("Please count again"),
            gettext("Nothing was sent. Go back, wait until the number of people is shown, and confirm then."),
            {"counted": [gettext("The number of people was not counted for this, or too long ago.")]},
        )
    return counted


def _codes(form: Form, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    given = set(form.getlist(name))
    if not given <= set(known):
        raise _unknown(name)
    return tuple(code for code in known if code in given)


def _check_slug(slug: str) -> None:
    try:
        _SLUG.deserialize(slug)
    except ValidationError:
        raise _unknown("audience") from None


def _unknown(name: str) -> Problem:
    detail = gettext("Nothing was sent. There is no such campaign, petition, province, language or channel.")
    return Problem(422, gettext("Something needs another look"), detail, {name: [gettext("There is no such choice.")]})


def _asked(audience: Audience, channels: tuple[str, ...]) -> dict[str, Any]:
    """What was counted, as it looks after a trip through JSON."""
    criteria = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(audience).items()}
    return {"audience": criteria, "channels": list(channels)}


def _signer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="groundswell count")
