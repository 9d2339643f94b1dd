"""The fields that forms and APIs share: one canonical form each, and nothing in it that cannot be seen."""

import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.web.schemas import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_SLUG,
    Email,
    Language,
    PersonName,
    Phone,
    PostalCode,
    Slug,
    Words,
)
from tests.unit.web.sample import sample_app

APP = sample_app()
FIELDS = [Email(), Phone(), PostalCode(), Slug(), Language(), Words(40), Words(40, lines=False), PersonName()]


def read(field: Any, value: Any) -> Any:
    with APP.test_request_context("/"):
        return field.deserialize(value)


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (Email(), " Mei.Chen@EXAMPLE.org ", "Mei.Chen@example.org"),
        (Phone(), "(416) 555-0123", "+14165550123"),
        (Phone(), "+1 416 555 0123", "+14165550123"),
        (PostalCode(), "m5v 2t6", "M5V2T6"),
        (Slug(), "renew-pgwp-2", "renew-pgwp-2"),
        (Language(), "fr", "fr"),
        (Words(40), " one\r\ntwo\rthree\u2028four ", "one\ntwo\nthree\nfour"),
        (Words(40), "so\u00adft\ufeff zero\u200bwidth", "soft zerowidth"),
        (Words(40), "e\u0301", "é"),
        (PersonName(), "  Mei Chen ", "Mei Chen"),
        (PersonName(), "José Ñandú", "José Ñandú"),
        (PersonName(), "ਗੁਰਪ੍ਰੀਤ ਕੌਰ", "ਗੁਰਪ੍ਰੀਤ ਕੌਰ"),
        (PersonName(), "क्\u200dष", "क्\u200dष"),
        (PersonName(), "می\u200cخواهم", "می\u200cخواهم"),
        (PersonName(), "王", "王"),
        (PersonName(), "O’Brien-Ng", "O’Brien-Ng"),
        (Words(40), "family 👩\u200d👩\u200d👧", "family 👩\u200d👩\u200d👧"),
    ],
)
def test_what_is_typed_is_kept_in_one_form(field: Any, typed: str, kept: str) -> None:
    assert read(field, typed) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (Email(), "mei"),
        (Email(), "mei@localhost"),
        (Email(), "mei@example.org\nBcc: x@example.org"),
        (Email(), "a" * LONGEST_ADDRESS + "@example.org"),
        (Phone(), "911"),
        (Phone(), "416 555"),
        (Phone(), "416 555 0123 x9"),
        (Phone(), "4" * 300),
        (PostalCode(), "90210"),
        (PostalCode(), "D1A 1A1"),
        (Slug(), "Renew"),
        (Slug(), "a--b"),
        (Slug(), "-a"),
        (Slug(), "a" * (LONGEST_SLUG + 1)),
        (Slug(), "été"),
        (Slug(), ""),
        (Language(), "pa"),
        (Language(), "fr-CA"),
        (Words(5), "123456"),
        (Words(40), "a\u202eb"),
        (Words(40), "a\x00b"),
        (Words(40), "a\x1bb"),
        (Words(40, lines=False), "a\nb"),
        (Words(40, required=True), " \u200b "),
        (PersonName(), ""),
        (PersonName(), "12345"),
        (PersonName(), "\u3164"),
        (PersonName(), "Mei\nChen"),
        (PersonName(), "M\u200bei"),
        (PersonName(), "a\u200db"),
        (PersonName(), "x" * (LONGEST_NAME + 1)),
    ],
)
def test_what_cannot_be_right_is_refused(field: Any, typed: str) -> None:
    with pytest.raises(ValidationError):
        read(field, typed)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
@given(typed=st.text(max_size=60))
@example(typed="\ud800")
@example(typed="\u200d")
@example(typed="e\u0301" * 20)
def test_what_is_kept_is_read_the_same_again_and_shows_itself_whole(field: Any, typed: str) -> None:
    try:
        kept = read(field, typed)
    except ValidationError:
        return

    assert read(field, kept) == kept
    assert kept == unicodedata.normalize("NFC", kept)
    kept.encode()
    assert not [
        letter for letter in kept if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") and letter not in "\n\t"
    ]
    assert "\u202e" not in kept


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
@given(
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
)
def test_what_is_no_text_is_refused_and_never_fails_otherwise(field: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        read(field, value)


@given(st.integers(0, 99), st.sampled_from(["416", "514", "604"]), st.sampled_from(["-", " ", ".", ""]))
def test_a_number_is_one_number_however_it_is_written(last: int, area: str, between: str) -> None:
    number = between.join([area, "555", f"01{last:02}"])
    written = [number, f"1{between}{number}", f"+1 {number}", f"({area}) 555 01{last:02}"]

    assert {read(Phone(), one) for one in written} == {f"+1{area}55501{last:02}"}
