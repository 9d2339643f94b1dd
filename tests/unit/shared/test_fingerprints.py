"""A fingerprint tells whether two people are the same, and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy.fingerprints import Fingerprints

PRINTS = Fingerprints(b"p" * 32)
EMAILS = st.emails()
NUMBERS = st.from_regex(r"\A\+1[2-9][0-9]{9}\Z")


def test_a_supporter_is_known_by_their_email_where_there_is_one() -> None:
    alone = PRINTS.supporter_id(email="ada@example.org", phone=None)

    assert PRINTS.supporter_id(email="ada@example.org", phone="+14165550123") == alone
    assert PRINTS.supporter_id(email="Ada+rally@Example.org", phone=None) == alone


@given(NUMBERS)
def test_a_supporter_without_email_is_found_by_the_number_that_answers(number: str) -> None:
    assert PRINTS.supporter_id(email=None, phone=number) == PRINTS.of_phone(number)
    assert PRINTS.supporter_id(email="", phone=number) == PRINTS.of_phone(number)


@given(email=EMAILS, number=NUMBERS)
def test_nothing_of_an_address_is_in_its_fingerprint(email: str, number: str) -> None:
    for print_ in (PRINTS.supporter_id(email=email, phone=None), PRINTS.of_phone(number)):
        assert re.fullmatch("[0-9a-f]{32}", print_)


@given(email=EMAILS)
def test_another_pepper_gives_another_fingerprint(email: str) -> None:
    other = Fingerprints(b"q" * 32)

    assert PRINTS.supporter_id(email=email, phone=None) != other.supporter_id(email=email, phone=None)


@given(st.text())
def test_the_same_text_of_another_kind_has_another_fingerprint(text: str) -> None:
    assert len({PRINTS.of("email", text), PRINTS.of("phone", text), PRINTS.of("block", text)}) == 3


def test_the_fingerprints_of_all_services_and_all_time_agree() -> None:
    """Were this to change, every supporter would be a stranger to what is kept of them."""
    assert PRINTS.supporter_id(email="ada@example.org", phone=None) == "7899580a80ce40065ea8c5b55bb74906"
    assert PRINTS.of_phone("+14165550123") == "50170ad094eda373c72a4151db4f083e"


def test_somebody_without_an_address_is_nobody() -> None:
    with pytest.raises(ValueError, match="e-mail address or a telephone number"):
        PRINTS.supporter_id(email=None, phone=None)
