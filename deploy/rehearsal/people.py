"""Invented supporters, each with a plan, made alike from the same seed.

Telephone numbers are of the range kept for fiction (555-0102 to 555-0149 in each area code); addresses end in
example.org; surnames are unique and made of syllables, so that one found anywhere in clear is surely theirs.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.sandbox.numbers import ABROAD

# Area codes in use in Canada first, then in the United States, for rehearsals of more than a few thousand.
CANADIAN_AREA_CODES = """
204 226 236 249 250 289 306 343 365 367 403 416 418 431 437 438 450 506 514 519 548 579 581 587 604 613 639 647 672
705 709 778 780 782 807 819 825 867 873 902 905
""".split()  # noqa: SIM905
AMERICAN_AREA_CODES = [
    code for code in map(str, range(201, 990)) if code[1:] != "11" and code[1] != "9" and code not in ABROAD
]
FIRST_NAMES = {
    "en": ("Amrit", "Blessing", "Chidi", "Dalisay", "Elena", "Farah", "Gurleen", "Hiro", "Imani", "Jaspreet"),
    "fr": ("Aïcha", "Benoît", "Chloé", "Désiré", "Élodie", "Fatou", "Gaëlle", "Hervé", "Inès", "Joëlle"),
}
# Each begins with another letter, so that a surname is read back in just one way.
SYLLABLES = "ba ce dri fo gul ha jo ki lum mer no pi quo ru sti tav vel wy xan zo".split()  # noqa: SIM905
SYLLABLES_IN_A_SURNAME = 4
PREFIX = "Qua"
# Below are our own numbers, above the sandbox's offices, and numbers that always fail.
FIRST_NUMBER, NUMBERS_IN_AN_AREA = 102, 48
_AREAS = (CANADIAN_AREA_CODES, [code for code in AMERICAN_AREA_CODES if code not in CANADIAN_AREA_CODES])
_NUMBERS = [
    f"+1{code}5550{FIRST_NUMBER + number}" for areas in _AREAS for number in range(NUMBERS_IN_AN_AREA) for code in areas
]


# With this one, forty people are enough for every answer, in both languages, and every end of a call.
SEED = 2875


class TooMany(ValueError):
    """There are not so many invented people; the text says how many there are."""


@dataclass(frozen=True)
class Plan:
    """What a supporter does when Groundswell reaches them."""

    replies_call: bool
    replies_yes: bool
    replies_stop: bool
    replies_help: bool
    on_the_phone: str  # the sandbox's word: answer, refuse, busy, no_answer, voicemail, hang_up_half_way


@dataclass(frozen=True)
class Supporter:
    """An invented person."""

    number: int
    name: str
    surname: str
    email: str | None
    phone: str | None
    postal_code: str
    language: str
    consent_email: bool
    consent_text: bool
    consent_call: bool
    plan: Plan

    @property
    def gets_texts(self) -> bool:
        """Whether texts may go to them."""
        return self.phone is not None and self.consent_text

    @property
    def gets_emails(self) -> bool:
        """Whether e-mails may go to them."""
        return self.email is not None and self.consent_email

    @property
    def gets_rings(self) -> bool:
        """Whether they asked to be telephoned."""
        return self.phone is not None and self.consent_call


def invent(count: int, postal_codes: Sequence[str], first: int = 0, seed: int = SEED) -> list[Supporter]:
    """That many supporters from the `first` on; the same ones for the same arguments. Raises `TooMany`."""
    if first + count > len(_NUMBERS):
        raise TooMany(f"there are only {len(_NUMBERS)} fictional telephone numbers, and {first} were used before")
    dice = random.Random(seed)  # noqa: S311 - invented people need no secrecy
    return [_supporter(number, dice, postal_codes) for number in range(first, first + count)]


def _supporter(number: int, dice: random.Random, postal_codes: Sequence[str]) -> Supporter:
    language = "fr" if dice.random() < 0.3 else "en"
    surname = _surname(number)
    has_phone, has_email = dice.random() < 0.85, dice.random() < 0.9
    phone = _NUMBERS[number] if has_phone or not has_email else None
    email = f"{surname.lower()}.{number}@example.org" if has_email else None
    consents = [dice.random() < share for share in (0.8, 0.8, 0.2)]
    return Supporter(
        number=number,
        name=f"{dice.choice(FIRST_NAMES[language])} {surname}",
        surname=surname,
        email=email,
        phone=phone,
        postal_code=dice.choice(list(postal_codes)),
        language=language,
        consent_email=consents[0],
        consent_text=consents[1],
        consent_call=consents[2],
        plan=_plan(dice, asked_to_be_rung=phone is not None and consents[2]),
    )


def _plan(dice: random.Random, *, asked_to_be_rung: bool) -> Plan:
    # One who is rung anyway does not also ask for it, so that each expected call has one reason.
    replies_call = dice.random() < 0.4 and not asked_to_be_rung
    answer = dice.choices(("yes", "stop", "help", ""), weights=(30, 5, 3, 62))[0]
    behaviours = ("answer", "no_answer", "busy", "refuse", "voicemail", "hang_up_half_way")
    on_the_phone = dice.choices(behaviours, weights=(80, 5, 4, 3, 5, 3))[0]
    return Plan(replies_call, answer == "yes", answer == "stop", answer == "help", on_the_phone)


def _surname(number: int) -> str:
    """A surname that no other has: the number, written in syllables."""
    parts = []
    for _ in range(SYLLABLES_IN_A_SURNAME):
        number, digit = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[digit])
    return PREFIX + "".join(reversed(parts))
