"""Invented people for tests, with whatever a test is about."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from deploy.rehearsal.expected import Expected
from deploy.rehearsal.people import Plan, Supporter, invent
from deploy.sandbox.represent.postal_codes import NORMAL, SAMPLE_POSTAL_CODES, UNKNOWN_POSTAL_CODE, codes_of

CODES = [*SAMPLE_POSTAL_CODES, UNKNOWN_POSTAL_CODE]
ON_THE_PHONE = ("answer", "no_answer", "busy", "refuse", "voicemail", "hang_up_half_way")
SILENT = Plan(replies_call=False, replies_yes=False, replies_stop=False, replies_help=False, on_the_phone="answer")


def somebody(**given: Any) -> Supporter:
    """Reached by text and e-mail, lives in a riding whose member has a telephone, answers nothing unless told so."""
    (person,) = invent(1, codes_of(NORMAL))
    planned = {name: given.pop(name) for name in list(given) if name in vars(SILENT)}
    reached: dict[str, Any] = {"consent_text": True, "consent_email": True, "consent_call": False}
    reached |= {"phone": "+14165550142", "email": "amrit@example.org", "plan": replace(SILENT, **planned)}
    return replace(person, **(reached | given))


def crowds() -> st.SearchStrategy[Expected]:
    """Any number of any people."""
    return st.builds(_crowd, st.integers(0, 120), st.integers(0, 2**31), st.sampled_from([CODES, codes_of(NORMAL)]))


def _crowd(count: int, seed: int, codes: Sequence[str]) -> Expected:
    return Expected(invent(count, codes, seed=seed))
