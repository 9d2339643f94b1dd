"""Addresses are compared and kept in one form, however they were typed."""

import contextlib
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.privacy import addresses
from shared.privacy.addresses import (
    AddressIsInvalid,
    canonical_email,
    email_address,
    phone_number,
    postal_code,
)

ATOM = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=10)
LOCAL = st.lists(ATOM, min_size=1, max_size=3).map(".".join)
DOMAINS = st.sampled_from(["example.org", "gmail.com", "googlemail.com", "mail.example.ca", "exämple.org", "пример.рф"])
EMAILS = st.builds("{}@{}".format, LOCAL, DOMAINS)
AREA_CODES = st.sampled_from(["204", "226", "416", "438", "514", "604", "613", "647", "709", "867", "902"])
# The numbers that are set aside for stories.
FICTIONAL = st.builds("{}55501{:02d}".format, AREA_CODES, st.integers(0, 99))
CODES = st.from_regex(r"\A[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d\Z").map(
    lambda code: "".join(str(int(one)) if one.isdigit() else one for one in code)
)
SPACES = st.sampled_from(["", " ", "  ", "\t"])


@given(email=EMAILS, before=SPACES, after=SPACES)
def test_an_email_address_is_read_with_spaces_around_it(email: str, before: str, after: str) -> None:
    assert email_address(f"{before}{email}{after}") == email_address(email)


@given(EMAILS)
def test_reading_an_email_address_twice_changes_nothing(email: str) -> None:
    assert email_address(email_address(email)) == email_address(email)


@given(email=EMAILS, tag=ATOM)
def test_case_and_tags_make_no_other_person(email: str, tag: str) -> None:
    local, _, domain = email.partition("@")

    for variant in (email.upper(), email.title(), f"{local}+{tag}@{domain}"):
        assert canonical_email(email_address(variant)) == canonical_email(email_address(email))


@given(EMAILS)
def test_the_canonical_form_is_final(email: str) -> None:
    assert canonical_email(canonical_email(email)) == canonical_email(email)


@given(local=LOCAL, dots=st.integers(0, 5))
def test_dots_make_no_other_person_where_the_provider_ignores_them(local: str, dots: int) -> None:
    plain = local.replace(".", "")
    place = dots % len(plain)
    assume(place > 0)
    dotted = f"{plain[:place]}.{plain[place:]}"

    assert canonical_email(f"{dotted}@gmail.com") == canonical_email(f"{plain}@googlemail.com")
    assert canonical_email(f"{dotted}@example.org") != canonical_email(f"{plain}@example.org")


@given(one=EMAILS, other=EMAILS)
def test_different_mailboxes_stay_different(one: str, other: str) -> None:
    assume(one.replace(".", "").replace("googlemail", "gmail") != other.replace(".", "").replace("googlemail", "gmail"))

    assert canonical_email(one) != canonical_email(other)


def test_a_mailbox_that_is_all_tag_is_still_somebody() -> None:
    assert canonical_email("+ada@example.org") != canonical_email("+bea@example.org")


def test_domains_that_differ_in_one_letter_are_different() -> None:
    assert canonical_email("info@strasse.de") != canonical_email("info@straße.de")


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "ada", "ada@", "@example.org", "ada@example", "a b@example.org", "ada@exa mple.org"],
        *["ada@@example.org", "ada@example..org", ".ada@example.org", "ada.@example.org", "ada\0@example.org"],
        *["ada\n@example.org", "Ada <ada@example.org>", "ada@example.org, bea@example.org", "ada@[127.0.0.1]"],
        *["ada@localhost", "a" * 65 + "@example.org", "ada@" + "a" * 250 + ".org", "ada\u202e@example.org"],
    ],
)
def test_what_is_no_email_address_is_refused(text: str) -> None:
    with pytest.raises(AddressIsInvalid):
        email_address(text)


@given(FICTIONAL)
def test_a_number_is_the_same_however_it_is_written(digits: str) -> None:
    area, office, line = digits[:3], digits[3:6], digits[6:]

    written = [
        digits,
        f"({area}) {office}-{line}",
        f"{area}.{office}.{line}",
        f"1-{area}-{office}-{line}",
        f"+1 {area} {office} {line}",
        f" +1{digits} ",
        f"tel:+1-{area}-{office}-{line}",
    ]

    assert {phone_number(one) for one in written} == {f"+1{digits}"}


@given(FICTIONAL)
def test_reading_a_number_twice_changes_nothing(digits: str) -> None:
    assert phone_number(phone_number(digits)) == phone_number(digits)


@given(region=st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_a_number_from_anywhere_is_kept_whole(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assume(example)
    assert example
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)

    assert phone_number(e164) == e164


@pytest.mark.parametrize(
    "text",
    ["", "ada", "911", "416 555", "+1", "416 555 0123 ext. 5", "416 555 0123 4567 8901", "+999 1234567", "\0", "+"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(AddressIsInvalid):
        phone_number(text)


@pytest.mark.parametrize("text", ["016 555 0123", "+1 000 555 0123", "416 155 0123"])
def test_an_area_or_an_exchange_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(AddressIsInvalid):
        phone_number(text)


@pytest.mark.parametrize("text", ["555-0123", "5550123"])
def test_a_number_without_its_area_code_is_refused(text: str) -> None:
    with pytest.raises(AddressIsInvalid):
        phone_number(text)


@given(code=CODES, space=st.sampled_from(["", " ", "-", "  "]), lower=st.booleans())
def test_a_postal_code_is_the_same_however_it_is_written(code: str, space: str, lower: bool) -> None:
    written = f"{code[:3]}{space}{code[3:]}"

    assert postal_code(f" {written.lower() if lower else written} ") == code


@pytest.mark.parametrize(
    "text", ["", "M5V", "M5V 2T", "D5V 2T6", "W5V 2T6", "M5O 2T6", "MMV 2T6", "90210", "M5V 2T6 7"]
)
def test_what_is_no_postal_code_is_refused(text: str) -> None:
    with pytest.raises(AddressIsInvalid):
        postal_code(text)


def test_a_postal_code_has_one_form_whatever_digits_it_is_written_with() -> None:
    assert postal_code("M٥V ٢T٦") == postal_code("M5V 2T6")


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for read in (email_address, phone_number, postal_code):
        with contextlib.suppress(AddressIsInvalid):
            assert read(read(text)) == read(text)


def read(reader: Callable[[str], str], text: str) -> str | None:
    """What a reader makes of a text; None where it refuses it."""
    try:
        return reader(text)
    except AddressIsInvalid:
        return None


@given(st.from_regex(addresses._PLAIN_EMAIL, fullmatch=True) | EMAILS | st.emails())
def test_the_quick_way_to_an_email_address_leads_where_the_library_does(text: str) -> None:
    assert read(email_address, text) == read(addresses._any_email_address, text)


@pytest.mark.parametrize(
    "domain", ["a.test", "a.TEST", "a.local", "a-b.org", "a--b.org", "xn--a.org", "1.org", "a.b1", "-a.org"]
)
@pytest.mark.parametrize("local", ["ada", "ADA.b", "a" * 58, "a" * 64, "a" * 65, "a..b", "%", "-"])
def test_a_domain_that_looks_plain_is_read_as_the_library_does(local: str, domain: str) -> None:
    text = f"{local}@{domain}"

    assert read(email_address, text) == read(addresses._any_email_address, text)


@given(st.from_regex(addresses._PLAIN_PHONE, fullmatch=True) | st.text("0123456789+() .-", max_size=18))
def test_the_quick_way_to_a_number_leads_where_the_library_does(text: str) -> None:
    assert read(phone_number, text) == read(lambda one: addresses._any_phone_number(one, "CA"), text)
