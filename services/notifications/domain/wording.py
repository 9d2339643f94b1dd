"""Words: how `{fields}` are filled in, what of a person may stand in them, and what every text has around its words."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from unicodedata import category
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time

from services.notifications.domain.segments import lightened

# What Twilio takes (error 21617).
LONGEST_TEXT = 1600
LONGEST_NAME = 60
_FIELD = re.compile(r"\{([a-z_]+)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
# What joins letters in names; the last two are the joiners of Indic and Persian writing.
_JOINS = frozenset(" .'’·-\u200c\u200d")
_PLAIN_NAME = re.compile(r"[A-Za-z .'-]*")
_DOT_INSIDE = re.compile(r"\.(?=\S)")
_SAYS_HOW_TO_STOP = re.compile(r"\b(STOP|ARRET|ARRÊT)\b")
_HOW_TO_STOP = {"en": "Reply STOP to end.", "fr": "Répondez ARRET pour cesser."}
_SOMEBODY = {"en": "friend", "fr": "ami(e)"}
_YOUR_RIDING = {"en": "your riding", "fr": "votre circonscription"}
_DAY = {"en": "EEEE, MMMM d", "fr": "EEEE d MMMM"}
_BETWEEN_HOURS = {"en": "{} to {}", "fr": "{} à {}"}


class Worded(Protocol):
    """Anything that is written in one language."""

    @property
    def language(self) -> str: ...


T = TypeVar("T", bound=Worded)


def in_language(wordings: Sequence[T], language: str) -> T | None:
    """The wording in a language, or else the first; None where there are none."""
    return next((one for one in wordings if one.language == language), wordings[0] if wordings else None)


def fields_in(words: str) -> set[str]:
    """The names that stand in braces."""
    return set(_FIELD.findall(words))


def fill(words: str, fields: Mapping[str, str]) -> str:
    """The words with each known field filled in.

    It goes through them once, so that what is filled in is never itself taken for a field; a field that is not known
    stays as it is written.
    """
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), words)


def one_line(value: object) -> str:
    """What somebody wrote, as one line without control characters: it can end no header and turn no line round."""
    return " ".join(_CONTROL.sub(" ", str(value or "")).split())


def full_name(person: Mapping[str, Any]) -> str:
    """What a person is called, and nothing else that they may have written in its place; empty where unknown.

    Letters of any script with their marks: with a digit, a colon or a slash it might be an address, and we would be
    made to send strangers there.
    """
    written = one_line(person.get("name"))
    if not _PLAIN_NAME.fullmatch(written):
        written = "".join(one for one in written if one in _JOINS or category(one)[0] in "LM")
    name = _DOT_INSIDE.sub("", written)
    return " ".join(name.split())[:LONGEST_NAME].strip()


def first_name(person: Mapping[str, Any], language: str) -> str:
    """What a person is addressed by."""
    return full_name(person).partition(" ")[0].strip(".") or _in(_SOMEBODY, language)


def your_riding(language: str) -> str:
    """What stands for a riding that is not known, or not the only one."""
    return _in(_YOUR_RIDING, language)


def text_of(words: str, organization: str, language: str) -> str:
    """A text that says who sends it and how to stop; cut to what can be sent, but never these two."""
    said = words.strip()
    before = "" if said.startswith(organization) else f"{organization}: "
    after = "" if _SAYS_HOW_TO_STOP.search(said) else f" {_in(_HOW_TO_STOP, language)}"
    room = LONGEST_TEXT - len(before) - len(after)
    return lightened(f"{before}{said[:room].rstrip()}{after}")


def when(starts_at: datetime, ends_at: datetime, time_zone: str, language: str) -> str:
    """Day and hours on the clocks of the place: `Saturday, September 12, 2:45 p.m. to 4:45 p.m.`"""
    zone = ZoneInfo(time_zone)
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    closes = _hour(ends, language) if starts.date() == ends.date() else _day_and_hour(ends, language)
    return _plain_spaces(_in(_BETWEEN_HOURS, language).format(_day_and_hour(starts, language), closes))


def _day_and_hour(moment: datetime, language: str) -> str:
    day = format_datetime(moment, _in(_DAY, language), locale=_locale(language))
    return f"{day}, {_hour(moment, language)}"


def _hour(moment: datetime, language: str) -> str:
    return format_time(moment, "short", locale=_locale(language))


def _plain_spaces(words: str) -> str:
    """The narrow spaces of French and English hours would each make a text cost twice as much."""
    return re.sub(r"\s", " ", words)


def _locale(language: str) -> str:
    return f"{language if language in _DAY else 'en'}_CA"


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language, words["en"])
