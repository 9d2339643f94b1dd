"""The fields that forms and APIs share. Each loads to the one canonical form, or says in plain words what is wrong.

Their messages are English; `shared.web.reading.readable` puts them into the language of the request.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError, fields

from shared.privacy.addresses import AddressIsInvalid, email_address, phone_number, postal_code
from shared.web.languages import LANGUAGES, translatable

LONGEST_NAME = 100
LONGEST_SLUG = 80
LONGEST_ADDRESS = 254

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
# What a text pasted from a page or a word processor holds: soft hyphens, zero-width spaces, a byte order mark.
_DEBRIS = re.compile("[\u00ad\u200b\ufeff]")
# Some scripts join or part two letters with these, and emoji make families with them.
_JOINERS = frozenset("\u200c\u200d")
_FIRST_JOINED = "\u0600"
# Categories of what cannot be seen: control, format (bidirectional overrides are), surrogates, line separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters that show nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


class _Text(fields.String):
    """Text from a request; `_read` turns it into what is kept, or raises an error of the field.

    `described` is what the OpenAPI document says of it beside what the schema says of this one field.
    """

    described: Mapping[str, Any] = {}

    def __init__(self, **options: Any) -> None:
        given: Mapping[str, Any] = options.pop("metadata", {})
        super().__init__(**options, metadata={**self.described, **given})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return self._read(super()._deserialize(value, attr, data, **kwargs) or "")

    def _read(self, text: str) -> str:
        raise NotImplementedError


class _Address(_Text):
    """Text with one canonical form."""

    canonical: Callable[[str], str]

    def _read(self, text: str) -> str:
        if len(text) > LONGEST_ADDRESS:
            raise self.make_error("invalid")
        try:
            return type(self).canonical(text)
        except AddressIsInvalid:
            raise self.make_error("invalid") from None


class Email(_Address):
    """An e-mail address."""

    canonical = staticmethod(email_address)
    described = {"maxLength": LONGEST_ADDRESS, "examples": ["amrit@example.org"]}
    default_error_messages = {"invalid": translatable("Write an e-mail address such as name@example.org.")}


class Phone(_Address):
    """A telephone number, loaded as E.164."""

    canonical = staticmethod(phone_number)
    described = {"maxLength": LONGEST_ADDRESS, "examples": ["416 555 0123"]}
    default_error_messages = {
        "invalid": translatable("Write a telephone number with its area code, such as 416 555 0123.")
    }


class PostalCode(_Address):
    """A Canadian postal code, loaded as six capital characters."""

    canonical = staticmethod(postal_code)
    described = {"maxLength": LONGEST_ADDRESS, "examples": ["M5V 2T6"]}
    default_error_messages = {"invalid": translatable("Write a Canadian postal code such as M5V 2T6.")}


class Slug(_Text):
    """The name of something in addresses: small letters, digits and hyphens."""

    default_error_messages = {
        "invalid": translatable("Use small letters, digits and hyphens only, such as renew-work-permits.")
    }

    def _read(self, text: str) -> str:
        if len(text) > LONGEST_SLUG or not _SLUG.fullmatch(text):
            raise self.make_error("invalid")
        return text


class Language(_Text):
    """One of the languages that Groundswell speaks."""

    default_error_messages = {"invalid": translatable("Choose one of the languages.")}

    def __init__(self, **options: Any) -> None:
        spoken = [*LANGUAGES, *([None] if options.get("allow_none") else [])]
        super().__init__(**{**options, "metadata": {"enum": spoken, **options.get("metadata", {})}})

    def _read(self, text: str) -> str:
        if text not in LANGUAGES:
            raise self.make_error("invalid")
        return text


class Words(_Text):
    """Text in any script, of at most `longest` characters on one or several lines, without what cannot be seen."""

    default_error_messages = {
        "empty": translatable("Please fill this in."),
        "unseen": translatable("There is a character in it that cannot be shown. Please type it again."),
    }

    def __init__(self, longest: int, *, lines: bool = True, **options: Any) -> None:
        super().__init__(**{**options, "metadata": {"maxLength": longest, **options.get("metadata", {})}})
        self.longest = longest
        self._breaks = "\n\t" if lines else ""

    def _read(self, text: str) -> str:
        text = unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", self._clean(text))).strip()
        if _has_unseen(text, self._breaks):
            raise self.make_error("unseen")
        if self.required and not self._says_something(text):
            raise self.make_error("empty")
        if len(text) > self.longest:
            raise ValidationError(gettext("Please shorten this to %(longest)s characters.", longest=self.longest))
        return text

    def _clean(self, text: str) -> str:
        return _DEBRIS.sub("", text)

    def _says_something(self, text: str) -> bool:
        return bool(text)


class PersonName(Words):
    """What somebody is called: 1 to 100 characters on one line, some of them letters."""

    default_error_messages = {"empty": translatable("Please write a name.")}
    described = {"minLength": 1, "examples": ["Amrit Kaur"]}

    def __init__(self, **options: Any) -> None:
        super().__init__(LONGEST_NAME, lines=False, **{"required": True, **options})

    def _clean(self, text: str) -> str:
        """Leave it as it is: nobody pastes their own name from a web page, but somebody may hide one in another."""
        return text

    def _says_something(self, text: str) -> bool:
        return any(unicodedata.category(letter)[0] == "L" and letter not in _FILLERS for letter in text)


def is_plain_name(text: str) -> bool:
    """Whether `PersonName` would take a text just as it stands; it may also say no of one that would be taken."""
    return (
        0 < len(text) <= LONGEST_NAME
        and text[0].isalpha()
        and text[0] not in _FILLERS
        and text[-1] != " "
        and text.isprintable()
        and unicodedata.is_normalized("NFC", text)
    )


def _has_unseen(text: str, allowed: str) -> bool:
    for place, character in enumerate(text):
        if character in _JOINERS:
            if not _joins(text, place):
                return True
        elif unicodedata.category(character) in _UNSEEN and character not in allowed:
            return True
    return False


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands where it does something: inside a word of a script that has them, or an emoji."""
    before, after = text[:place][-1:], text[place + 1 :][:1]
    return before >= _FIRST_JOINED and after >= _FIRST_JOINED and not {before, after} & _JOINERS
