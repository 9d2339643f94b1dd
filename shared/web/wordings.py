"""The words of an announcement as an organizer wrote them: which are needed, what may stand in braces, how long.

The form's fields: for each language `wording_<language>_text`, `wording_<language>_subject` and
`wording_<language>_body`. `notifications` fills in what stands in braces for each person.
"""

import re
from collections.abc import Collection

from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from shared.domain_events.announcement import Wording
from shared.web.languages import LANGUAGES, NAMES, translatable
from shared.web.problems import Problem
from shared.web.schemas import Words

# What may stand in braces, and how many characters it may take when it is filled in.
FIELDS = {
    "first_name": 100,
    "title": 150,
    "campaign": 80,
    "link": 120,
    "when": 80,
    "place": 200,
    "city": 60,
    "call_me_link": 240,
    "riding": 80,
}
# Twilio takes 1600 characters; the sender's name and how to stop are added to the words.
LONGEST_TEXT_SENT = 1400
# What an announcement may be in one language, and which channel needs it. A text of 640 characters is four to ten
# segments, each of which costs; the rest are what mail programs show.
_PARTS = {
    "text": ("text", Words(640)),
    "subject": ("email", Words(150, lines=False)),
    "body": ("email", Words(20_000)),
}
_LABELS = {
    "text": translatable("Text message"),
    "subject": translatable("Subject of the e-mail"),
    "body": translatable("The e-mail"),
}
# A field, or a brace that belongs to none.
_IN_BRACES = re.compile(r"\{(?P<field>[^{}]*)\}|[{}]")
Form = MultiDict[str, str]


def read_wordings(form: Form, channels: tuple[str, ...], fields: Collection[str]) -> tuple[Wording, ...]:
    """The words in each language that has any; each of these must have all that the channels need.

    Raises `Problem` 422 where there are none, where some are missing or too long, or where anything but `fields`
    stands in braces.
    """
    if not {"text", "email"} & set(channels):
        return ()
    found = [_wording(form, language, channels, fields) for language in LANGUAGES]
    wordings = tuple(wording for wording in found if wording)
    if not wordings:
        part = "text" if "text" in channels else "subject"
        raise _refused(LANGUAGES[0], part, gettext("Please write what the announcement says."))
    return wordings


def _wording(form: Form, language: str, channels: tuple[str, ...], fields: Collection[str]) -> Wording | None:
    parts = [part for part, (channel, _) in _PARTS.items() if channel in channels]
    if not any(form.get(_name(language, part), "").strip() for part in parts):
        return None
    words = {part: _words(form, language, part, fields) for part in parts}
    return Wording(
        language=language,
        text=words.get("text", ""),
        email_subject=words.get("subject", ""),
        email_body=words.get("body", ""),
    )


def _words(form: Form, language: str, part: str, fields: Collection[str]) -> str:
    try:
        words: str = _PARTS[part][1].deserialize(form.get(_name(language, part), ""))
    except ValidationError as error:
        raise _refused(language, part, " ".join(gettext(str(text)) for text in error.messages)) from None
    if not words:
        raise _refused(language, part, gettext("Please fill this in, or clear everything in this language."))
    unknown = [found[0] for found in _IN_BRACES.finditer(words) if found["field"] not in fields]
    if unknown:
        raise _refused(language, part, _means_nothing(unknown[0], fields))
    if part == "text" and len(_IN_BRACES.sub(_at_its_longest, words)) > LONGEST_TEXT_SENT:
        too_long = gettext("With what stands in braces filled in, this is too long for a text.")
        raise _refused(language, part, too_long)
    return words


def _means_nothing(field: str, fields: Collection[str]) -> str:
    allowed = ", ".join(f"{{{known}}}" for known in FIELDS if known in fields)
    words = gettext(
        "%(field)s means nothing here. What may stand in braces: %(allowed)s.", field=field, allowed=allowed
    )
    return str(words)


def _at_its_longest(found: re.Match[str]) -> str:
    return "x" * FIELDS[found["field"]]


def _name(language: str, part: str) -> str:
    return f"wording_{language}_{part}"


def _refused(language: str, part: str, text: str) -> Problem:
    """The problem, with the place of the field in it: it is shown on a page of its own."""
    place = f"{NAMES[language]} – {gettext(_LABELS[part])}"
    return Problem(
        422,
        gettext("Something needs another look"),
        gettext("Nothing was sent. Go back and look at the words of the announcement."),
        {_name(language, part): [f"{place} – {text}"]},
    )
