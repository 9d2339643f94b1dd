"""The console's form of a petition: its fields, and the draft that they describe."""

from collections import Counter
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from flask_babel import gettext
from marshmallow import Schema, fields, validate

from services.signatures.domain.petition import (
    FEWEST_TARGETS,
    LETTER_FIELDS,
    THANKS_FIELDS,
    Petition,
    PetitionText,
    Target,
    unknown_fields,
)
from shared.identifiers import new_id
from shared.web.languages import LANGUAGES, translatable
from shared.web.reading import FieldProblems, read_form
from shared.web.schemas import Email, Slug, Words

MOST_TARGETS = 6
# Addresses under /console/petitions that are pages of their own.
_RESERVED = ("new",)
# What a petition says in one language.
_PARTS = ("title", "body", "letter_subject", "letter_body", "thanks")
# What may stand in braces in each of them; the page itself is not filled in for anybody.
_FIELDS = {"letter_subject": LETTER_FIELDS, "letter_body": LETTER_FIELDS, "thanks": THANKS_FIELDS}
_TARGET = ("role", "name", "email")
_FILL_IN = translatable("Please fill this in.")


def _words(language: str) -> dict[str, fields.Field[Any]]:
    """A petition in one language. A text of 320 characters is two or three segments, each of which costs."""
    return {
        f"title_{language}": Words(150, lines=False, load_default=""),
        f"body_{language}": Words(20_000, load_default=""),
        f"letter_subject_{language}": Words(150, lines=False, load_default=""),
        f"letter_body_{language}": Words(5_000, load_default=""),
        f"thanks_{language}": Words(320, load_default=""),
    }


def _target(n: int) -> dict[str, fields.Field[Any]]:
    return {
        f"target_{n}_role": Words(150, lines=False, load_default=""),
        f"target_{n}_name": Words(100, lines=False, load_default=""),
        f"target_{n}_email": Email(load_default=""),
    }


_OWN: dict[str, fields.Field[Any]] = {
    "slug": Slug(required=True, validate=validate.NoneOf(_RESERVED, error=translatable("Choose another address."))),
    "campaign": Slug(required=True),
    "goal": fields.Integer(load_default=None, validate=validate.Range(1, 10_000_000)),
}
PETITION_FORM = Schema.from_dict(
    reduce(or_, [_OWN, *map(_words, LANGUAGES), *map(_target, range(1, MOST_TARGETS + 1))]), name="PetitionForm"
)()


def read_petition() -> tuple[Petition | None, dict[str, Any], FieldProblems]:
    """The draft that the request's form describes, or what was typed and the problems by field."""
    values, problems = read_form(PETITION_FORM)
    problems = problems or dict(_problems(values))
    return (None if problems else _petition(values)), values, problems


def values_of(petition: Petition) -> dict[str, Any]:
    """What the form shows of a draft."""
    values: dict[str, Any] = {"slug": petition.slug, "campaign": petition.campaign, "goal": petition.goal or ""}
    for text in petition.texts:
        values |= {f"{part}_{text.language}": getattr(text, part) for part in _PARTS}
    for n, target in enumerate(petition.targets, 1):
        values |= {f"target_{n}_{part}": getattr(target, part) for part in _TARGET}
    return values


def _petition(values: dict[str, Any]) -> Petition:
    return Petition(
        id=new_id(),
        slug=values["slug"],
        campaign=values["campaign"],
        goal=values["goal"],
        texts=tuple(
            PetitionText(language=language, **{part: values[f"{part}_{language}"] for part in _PARTS})
            for language in LANGUAGES
            if values[f"title_{language}"]
        ),
        targets=tuple(
            Target(id=f"target-{n}", **{part: values[f"target_{n}_{part}"] for part in _TARGET})
            for n in _used_targets(values)
        ),
    )


def _problems(values: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with fields that are right one by one."""
    yield from _problems_of_words(values)
    yield from _problems_of_targets(values)


def _problems_of_words(values: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    used = [one for one in LANGUAGES if any(values[f"{part}_{one}"] for part in _PARTS)]
    for language in used or LANGUAGES[:1]:
        for part in _PARTS:
            if not values[f"{part}_{language}"]:
                yield f"{part}_{language}", [gettext(_FILL_IN)]
        for part, known in _FIELDS.items():
            unknown = list(unknown_fields(values[f"{part}_{language}"], known))
            if unknown:
                yield f"{part}_{language}", [gettext("Nobody will fill in %(what)s.", what=", ".join(unknown))]


def _problems_of_targets(values: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    used = _used_targets(values)
    for n in {*used, *range(1, FEWEST_TARGETS + 1)} if len(used) < FEWEST_TARGETS else used:
        for part in _TARGET:
            if not values[f"target_{n}_{part}"]:
                yield f"target_{n}_{part}", [gettext(_FILL_IN)]
    addresses = Counter(values[f"target_{n}_email"].casefold() for n in used)
    for n in used:
        if addresses[values[f"target_{n}_email"].casefold()] > 1 and values[f"target_{n}_email"]:
            yield f"target_{n}_email", [gettext("Two targets have this address. Each needs a mailbox of their own.")]


def _used_targets(values: dict[str, Any]) -> list[int]:
    return [n for n in range(1, MOST_TARGETS + 1) if any(values[f"target_{n}_{part}"] for part in _TARGET)]
