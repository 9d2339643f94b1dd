"""Invented people: whoever they are, they are nobody."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.settings import CHOICES
from deploy.rehearsal.campaign import CALL_IN_DAY
from deploy.rehearsal.commands import MOST
from deploy.rehearsal.people import Supporter, TooMany, invent
from deploy.sandbox.numbers import FAILING_CALLS, FAILING_TEXTS, REFUSED_CALLS, REFUSED_TEXTS, is_reachable
from deploy.sandbox.represent.directory import OFFICE_NUMBERS
from shared.privacy.addresses import email_address, phone_number, postal_code

CODES = ["M5V2T6", "H2T9Z9"]
# The range that is kept for fiction in every area code.
FICTIONAL = re.compile(r"\+1[2-9]\d\d55501\d\d")
OURS = {CHOICES["GROUNDSWELL_TWILIO_TEXT_FROM"], CHOICES["GROUNDSWELL_TWILIO_CALL_FROM"], CALL_IN_DAY.fallback_number}
SPECIAL = {*FAILING_TEXTS, *REFUSED_TEXTS, *FAILING_CALLS, *REFUSED_CALLS}


@pytest.fixture(scope="module")
def everybody() -> list[Supporter]:
    """As many as the largest rehearsal has."""
    return invent(MOST, CODES)


def phones(people: list[Supporter]) -> list[str]:
    return [person.phone for person in people if person.phone]


def test_no_two_share_a_number_a_name_or_an_address(everybody: list[Supporter]) -> None:
    emails = [person.email for person in everybody if person.email]

    for shared in (phones(everybody), emails, [person.surname for person in everybody]):
        assert [value for value, times in Counter(shared).items() if times > 1] == []


def test_every_number_is_of_the_fictional_range_and_can_be_reached(everybody: list[Supporter]) -> None:
    odd = [phone for phone in phones(everybody) if not FICTIONAL.fullmatch(phone) or not is_reachable(phone)]

    assert odd == []
    assert all(phone_number(phone) == phone for phone in phones(everybody)[::40])


def test_no_number_is_ours_an_offices_or_one_with_a_fate_of_its_own(everybody: list[Supporter]) -> None:
    taken = {phone for phone in phones(everybody) if phone in OURS or phone in OFFICE_NUMBERS or phone[-4:] in SPECIAL}

    assert taken == set()


def test_every_address_is_of_a_domain_that_is_kept_for_examples(everybody: list[Supporter]) -> None:
    emails = [person.email for person in everybody if person.email]

    assert [email for email in emails if not email.endswith("@example.org")] == []
    assert all(email_address(email) == email for email in emails[::40])


def test_everybody_can_be_told_from_the_others_by_what_they_give(everybody: list[Supporter]) -> None:
    assert all(person.phone or person.email for person in everybody)
    assert all(person.surname in person.name for person in everybody)
    assert all(postal_code(person.postal_code) == person.postal_code for person in everybody[:100])


def test_nobody_who_is_rung_anyway_also_asks_for_it(everybody: list[Supporter]) -> None:
    assert not any(person.gets_rings and person.plan.replies_call for person in everybody)


@given(count=st.integers(1, 60), first=st.integers(0, 500), seed=st.integers(0, 2**31))
def test_the_same_arguments_invent_the_same_people(count: int, first: int, seed: int) -> None:
    assert invent(count, CODES, first, seed) == invent(count, CODES, first, seed)


@given(count=st.integers(1, 60), earlier=st.integers(1, 500))
def test_a_later_rehearsal_has_other_people_with_the_same_plans(count: int, earlier: int) -> None:
    people, others = invent(count, CODES), invent(count, CODES, first=earlier + count)

    assert not {person.surname for person in people} & {person.surname for person in others}
    assert not {*phones(people)} & {*phones(others)}
    assert [person.plan for person in people] == [person.plan for person in others]


def test_there_are_as_many_as_there_are_fictional_numbers() -> None:
    with pytest.raises(TooMany, match="fictional telephone numbers"):
        invent(10**6, CODES)


def test_those_of_earlier_rehearsals_count_too() -> None:
    with pytest.raises(TooMany, match="999999 were used before"):
        invent(1, CODES, first=999_999)
