"""Reads what people typed into a form, and says what is wrong with it in their language."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields

from shared.web.languages import translatable

FieldProblems = dict[str, list[str]]
CSRF_FIELD = "csrf_token"


def read_form(schema: Schema) -> tuple[dict[str, Any], FieldProblems]:
    """The form's values as the schema loads them, and the problems by field; a field left empty counts as not sent.

    Where there are problems, the values are what was typed, for showing the form again.
    """
    sent = _sent(schema)
    try:
        values: dict[str, Any] = schema.load(sent)
    except ValidationError as error:
        return sent, readable(error.messages_dict)
    return values, {}


def readable(messages: Mapping[str, Any]) -> FieldProblems:
    """marshmallow's messages, each in the language of the request and in words for people."""
    return {str(name): [_in_words(str(text)) for text in _flat(found)] for name, found in messages.items()}


def _sent(schema: Schema) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name, values in request.form.lists():
        filled = [value for value in values if value.strip()]
        if filled and name != CSRF_FIELD:
            sent[name] = filled if isinstance(schema.fields.get(name), fields.List) else filled[0]
    return sent


def _flat(found: Any) -> Sequence[Any]:
    """Every text, whatever list or nested field it stands in."""
    if isinstance(found, Mapping):
        return [text for nested in found.values() for text in _flat(nested)]
    return found if isinstance(found, list) else [found]


def _in_words(text: str) -> str:
    for pattern, words in _WITH_NUMBERS:
        match = pattern.fullmatch(text)
        if match:
            return str(gettext(words, **match.groupdict()))
    return str(gettext(_PLAIN.get(text, text)))


# What marshmallow says, and what we say instead.
_PLAIN = {
    "Missing data for required field.": translatable("Please fill this in."),
    "Field may not be null.": translatable("Please fill this in."),
    "Unknown field.": translatable("There is no such field."),
    "Invalid value.": translatable("This cannot be right."),
    "Invalid input type.": translatable("Send an object with fields."),
    "Not a valid string.": translatable("Write some text."),
    "Not a valid boolean.": translatable("Say yes or no."),
    "Not a valid integer.": translatable("Write a whole number."),
    "Not a valid number.": translatable("Write a number."),
    "Not a valid date.": translatable("Choose a date."),
    "Not a valid datetime.": translatable("Choose a date and a time."),
    "Not a valid time.": translatable("Choose a time."),
    "Not a valid URL.": translatable("Write a web address such as https://example.org."),
    "Not a valid list.": translatable("Send a list."),
}
_WITH_NUMBERS = [
    (re.compile(pattern), words)
    for pattern, words in {
        r"Longer than maximum length (?P<longest>\d+)\.": translatable(
            "Please shorten this to %(longest)s characters."
        ),
        r"Shorter than minimum length (?P<least>\d+)\.": translatable("Please write at least %(least)s characters."),
        r"Length must be between (?P<least>\d+) and (?P<longest>\d+)\.": translatable(
            "Please write %(least)s to %(longest)s characters."
        ),
        r"Must be greater than or equal to (?P<least>[\d.]+)\.": translatable("Write a number of at least %(least)s."),
        r"Must be less than or equal to (?P<most>[\d.]+)\.": translatable("Write a number of at most %(most)s."),
        r"Must be greater than or equal to (?P<least>\S+) and less than or equal to (?P<most>\S+)\.": translatable(
            "Write a number from %(least)s to %(most)s."
        ),
        r"Must be one of: (?P<choices>.+)\.": translatable("Choose one of: %(choices)s."),
    }.items()
]
