"""The step in which an organizer sees how many people an announcement reaches before they confirm it.

A review page includes `announcement.html`. Its script posts the page's form to `/console/audiences/count` (served by
notifications), which answers with `count_answer`; the token in that answer comes back with the form as `counted`.

The form's fields: `channels` (each of text, email, ring), `audience_campaign`, `audience_petitions` (slugs, parted by
spaces or commas), `audience_provinces`, `audience_languages`, and for each language `wording_<language>_text`,
`wording_<language>_subject` and `wording_<language>_body`.
"""

import re
from dataclasses import asdict
from typing import Any

from babel.lists import format_list
from flask_babel import gettext, ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from shared.domain_events.announcement import CHANNELS, Announcement, Audience, Wording
from shared.web.guard import Organizer
from shared.web.languages import LANGUAGES, request_language
from shared.web.problems import Problem
from shared.web.schemas import Slug, Words

COUNT_LASTS_SECONDS = 15 * 60
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
# What an announcement may be in one language, and which channel needs it. A text of 640 characters is four to ten
# segments, each of which costs; the rest are what mail programs show.
_WORDS = {
    "text": ("text", Words(640)),
    "subject": ("email", Words(150)),
    "body": ("email", Words(20_000)),
}
_SLUG = Slug()
_BETWEEN_SLUGS = re.compile(r"[\s,;]+")
Form = MultiDict[str, str]


def read_audience(form: Form) -> Audience:
    """Whom the form names. Raises `Problem` 422 for what is not a slug or a code."""
    petitions = tuple(slug for slug in _BETWEEN_SLUGS.split(form.get("audience_petitions", "")) if slug)
    campaign = form.get("audience_campaign", "").strip().removeprefix("#") or None
    for slug in (*petitions, *([campaign] if campaign else [])):
        _check_slug(slug)
    return Audience(
        campaign=campaign,
        petitions=petitions,
        provinces=_codes(form, "audience_provinces", PROVINCES),
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
    """What the page's script is answered: the numbers, a sentence in the organizer's language, and the token."""
    return {
        "texts": texts,
        "emails": emails,
        "rings": rings,
        "sentence": count_sentence(channels, texts, emails, rings),
        "token": sign_count(secret_key, audience, channels, texts, emails, rings),
    }


def count_sentence(channels: tuple[str, ...], texts: int, emails: int, rings: int) -> str:
    """For instance `This will text 212 people and e-mail 340 people.`"""
    parts = {
        "text": ngettext("text %(num)s person", "text %(num)s people", texts),
        "email": ngettext("e-mail %(num)s person", "e-mail %(num)s people", emails),
        "ring": ngettext("ring %(num)s person", "ring %(num)s people", rings),
    }
    listed = format_list([parts[channel] for channel in channels], locale=request_language())
    return str(gettext("This will %(what)s.", what=listed) if channels else gettext("This will tell nobody."))


def read_announcement(form: Form, organizer: Organizer, secret_key: str) -> Announcement | None:
    """What the organizer confirmed; None where no channel is ticked.

    Raises `Problem` 422 where it was not counted, was counted over 15 minutes ago or for something else, or where a
    channel has no words.
    """
    channels = read_channels(form)
    if not channels:
        return None
    audience = read_audience(form)
    counted = _read_count(secret_key, form.get("counted", ""), _asked(audience, channels))
    return Announcement(
        audience=audience,
        channels=channels,
        wordings=_wordings(form, channels),
        counted_texts=counted["texts"],
        counted_emails=counted["emails"],
        counted_rings=counted["rings"],
        approved_by=organizer.id,
    )


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


def _wordings(form: Form, channels: tuple[str, ...]) -> tuple[Wording, ...]:
    """The words in each language that has any; each of these must have all that the channels need."""
    if not {"text", "email"} & set(channels):
        return ()
    found = [_wording(form, language, channels) for language in LANGUAGES]
    wordings = tuple(wording for wording in found if wording)
    if not wordings:
        raise _without_words({"wording_en_text": [gettext("Please write what the announcement says.")]})
    return wordings


def _wording(form: Form, language: str, channels: tuple[str, ...]) -> Wording | None:
    names = {part: f"wording_{language}_{part}" for part, (channel, _) in _WORDS.items() if channel in channels}
    if not any(form.get(name, "").strip() for name in names.values()):
        return None
    words = {part: _words(form, name, _WORDS[part][1]) for part, name in names.items()}
    return Wording(
        language=language,
        text=words.get("text", ""),
        email_subject=words.get("subject", ""),
        email_body=words.get("body", ""),
    )


def _words(form: Form, name: str, field: Words) -> str:
    try:
        words: str = field.deserialize(form.get(name, ""))
    except ValidationError as error:
        raise _without_words({name: [gettext(str(text)) for text in error.messages]}) from None
    if not words:
        raise _without_words({name: [gettext("Please fill this in, or clear everything in this language.")]})
    return words


def _without_words(fields: dict[str, list[str]]) -> Problem:
    return Problem(
        422,
        gettext("Something needs another look"),
        gettext("Nothing was sent. Go back and complete the words of the announcement."),
        fields,
    )


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
