"""What is read without marshmallow is what marshmallow would have read, or nothing."""

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from services.signatures.web.plain import (
    plain_signing_by_api,
    plain_signing_on_page,
)
from services.signatures.web.schemas import SignatureSchema, SigningForm, signing_by_api, signing_on_page
from shared.web.languages import register_languages
from shared.web.reading import read_form

NAMES = st.sampled_from(["Amrit Quaba", "José", "王小明", "A", " Amrit", "Amrit ", "\u3164", "5", "", "A\u0301mrit"])
WORDS = st.sampled_from(["en", "fr", "de", "2026-11", "", None])
FLAGS = st.sampled_from([True, False, 1, 0, "true", None])
EMAILS = st.sampled_from(["amrit@example.org", "AMRIT@Example.ORG", " amrit@example.org", "amrit", "", None])
PHONES = st.sampled_from(["416 555 0123", "+1 (416) 555-0123", "5550123", "+33 1 99 00 01 02", "", None])
CODES = st.sampled_from(["m5v 2t6", "M5V2T6", "D5V 2T6", "٣", "", None])
ANY: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2)
)
CONSENTS = st.fixed_dictionaries(
    {}, optional={"email": FLAGS, "text": FLAGS, "call": FLAGS, "wording": WORDS, "language": WORDS, "odd": ANY}
)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES | st.text(max_size=8) | ANY,
        "email": EMAILS | ANY,
        "phone": PHONES | ANY,
        "postal_code": CODES | ANY,
        "language": WORDS | ANY,
        "consents": CONSENTS | ANY,
    },
)
FORM_FIELDS = ("name", "email", "phone", "postal_code", "language", "wording", "consent_text", "csrf_token", "odd")
TYPED = st.one_of(NAMES, EMAILS, PHONES, CODES, WORDS, st.sampled_from(["true", "false", "on", "  "])).map(
    lambda typed: typed or ""
)
GOOD = {
    "name": "Amrit Quaba",
    "email": "amrit@example.org",
    "phone": "416 555 0123",
    "postal_code": "m5v 2t6",
    "language": "en",
}
CONSENT = {"email": True, "text": True, "call": False, "wording": "2026-11", "language": "fr"}
PAGE = GOOD | {"phone": "", "consent_email": "true", "wording": "2026-11", "wording_language": "fr"}


@given(BODIES | st.builds(lambda change: GOOD | {"consents": CONSENT} | change, BODIES) | ANY)
def test_a_request_is_read_as_the_schema_reads_it_or_not_at_all(given_: Any) -> None:
    try:
        body = orjson.dumps(given_)
    except orjson.JSONEncodeError:
        return

    plain = plain_signing_by_api(body)

    assert plain is None or plain == signing_by_api(SignatureSchema().load(orjson.loads(body)))


@given(
    changes=st.dictionaries(st.sampled_from(FORM_FIELDS), TYPED, max_size=5), once_more=st.sampled_from([None, *PAGE])
)
def test_a_form_is_read_as_the_schema_reads_it_or_not_at_all(changes: dict[str, str], once_more: str | None) -> None:
    filled = PAGE | changes
    pairs = [*filled.items(), *([(once_more, "fr")] if once_more else [])]
    app = Flask(__name__)
    register_languages(app, [])
    with app.test_request_context(method="POST", data=MultiDict(pairs)):
        values, problems = read_form(SigningForm())

    plain = plain_signing_on_page(urlencode(pairs).encode())

    assert plain is None or (not problems and plain == signing_on_page(values))


@pytest.mark.parametrize("name", ["Amrit Quaba", "José", "王小明", "O’Neill-Ñuñez"])
def test_what_most_people_send_is_plain(name: str) -> None:
    assert plain_signing_by_api(orjson.dumps(GOOD | {"name": name, "consents": CONSENT}))
    assert plain_signing_by_api(orjson.dumps(GOOD | {"name": name, "email": None}))
    assert plain_signing_on_page(urlencode(PAGE | {"name": name}).encode())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"name": NaN}', b"\xff", b"name=%ff", b"name"])
def test_what_cannot_be_read_is_not_plain(body: bytes) -> None:
    assert plain_signing_by_api(body) is None
    assert plain_signing_on_page(body) is None


def test_what_the_schema_refuses_is_not_plain() -> None:
    wrong = GOOD | {"email": "amrit"}

    with pytest.raises(ValidationError):
        SignatureSchema().load(wrong)
    assert plain_signing_by_api(orjson.dumps(wrong)) is None
