"""A webhook moves something only where its vendor signed it; whatever else comes is a 403 and never a 500."""

import base64
import json
from datetime import timedelta
from functools import cache

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from tests.unit.web.sample import TWILIO_TOKEN, StandingClock, sample_app, sample_settings

PUBLIC_URL = "https://act.example.org"
TEXT = {"From": "+14165550123", "Body": "CALL", "MessageSid": "SM" + "0" * 32}
EVENTS = [{"event": "delivered", "sg_event_id": "x"}]
KEY = ec.generate_private_key(ec.SECP256R1())
CLOCK = StandingClock()
BROKEN = ["", "x", "é", "====", "a" * 5000, base64.b64encode(b"not a signature").decode()]


@cache
def client() -> FlaskClient:
    return sample_app(CLOCK, sample_settings(PUBLIC_URL), public_half(KEY)).test_client()


def public_half(key: ec.EllipticCurvePrivateKey) -> str:
    encoded = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(encoded).decode()


def text(
    signature: str | None, form: dict[str, str] = TEXT, path: str = "/webhooks/twilio", host: str = "10.0.0.7:8000"
) -> TestResponse:
    """Post a text as Twilio does, here through a proxy that knows us by another name."""
    headers = {"Host": host} if signature is None else {"Host": host, "X-Twilio-Signature": signature}
    return client().post(path, data=form, headers=headers)


def signed(form: dict[str, str] = TEXT, path: str = "/webhooks/twilio", token: str = TWILIO_TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(PUBLIC_URL + path, form))


def mail(body: bytes, signature: str | None, timestamp: str | None) -> TestResponse:
    """Post events as SendGrid does."""
    prefix = "X-Twilio-Email-Event-Webhook"
    headers = {f"{prefix}-Signature": signature, f"{prefix}-Timestamp": timestamp}
    given = {name: value for name, value in headers.items() if value is not None}
    return client().post("/webhooks/sendgrid", data=body, content_type="application/json", headers=given)


def seal(body: bytes, timestamp: str, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    return base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()


def moment(later: timedelta = timedelta()) -> str:
    return str(int((CLOCK() + later).timestamp()))


def test_a_text_that_twilio_signed_for_our_public_address_is_read() -> None:
    answer = text(signed())

    assert (answer.status_code, answer.get_json()) == (200, TEXT)


@pytest.mark.parametrize(
    "path", ["/webhooks/twilio?a=b%20c", "/webhooks/twilio?x=%C3%A9&y=", "/webhooks/twilio?a=1&a=2"]
)
def test_the_query_belongs_to_what_is_signed_as_it_was_written(path: str) -> None:
    assert text(signed(path=path), path=path).status_code == 200
    assert text(signed(), path=path).status_code == 403


def test_a_text_in_any_script_is_read() -> None:
    form = {**TEXT, "Body": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ 🌊"}

    assert text(signed(form), form).get_json() == form


@pytest.mark.parametrize("signature", [None, *BROKEN])
def test_a_text_with_no_or_a_broken_signature_is_403(signature: str | None) -> None:
    answer = text(signature)

    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


@pytest.mark.parametrize("form", [{**TEXT, "Body": "STOP"}, {**TEXT, "Extra": "1"}, {"Body": "CALL"}, {}])
def test_a_text_that_was_changed_is_403(form: dict[str, str]) -> None:
    assert text(signed(), form).status_code == 403


def test_a_text_signed_with_another_token_is_403() -> None:
    assert text(signed(token="another")).status_code == 403


def test_a_text_needs_no_token_of_a_page() -> None:
    assert text(signed()).status_code == 200


def test_events_that_sendgrid_signed_are_read() -> None:
    body = json.dumps(EVENTS).encode() + b"\r\n"

    answer = mail(body, seal(body, moment()), moment())

    assert (answer.status_code, answer.get_json()) == (200, 1)


@pytest.mark.parametrize("later", [timedelta(minutes=-10), timedelta(minutes=5)])
def test_events_are_read_within_ten_minutes_and_by_a_clock_that_differs(later: timedelta) -> None:
    body = json.dumps(EVENTS).encode()

    assert mail(body, seal(body, moment(later)), moment(later)).status_code == 200


@pytest.mark.parametrize("later", [timedelta(minutes=-11), timedelta(days=-365), timedelta(minutes=6)])
def test_old_events_and_those_of_the_future_are_403_though_they_are_signed(later: timedelta) -> None:
    body = json.dumps(EVENTS).encode()

    assert mail(body, seal(body, moment(later)), moment(later)).status_code == 403


@pytest.mark.parametrize("signature", [None, *BROKEN])
def test_events_with_no_or_a_broken_signature_are_403(signature: str | None) -> None:
    answer = mail(json.dumps(EVENTS).encode(), signature, moment())

    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


@pytest.mark.parametrize("timestamp", [None, "", "now", "-1", "1e9", "٣", "9" * 40, "1.5", "0x10"])
def test_events_with_no_or_a_broken_timestamp_are_403(timestamp: str | None) -> None:
    body = json.dumps(EVENTS).encode()

    assert mail(body, seal(body, timestamp or ""), timestamp).status_code == 403


def test_events_that_were_changed_or_moved_in_time_are_403() -> None:
    body = json.dumps(EVENTS).encode()
    signature = seal(body, moment())

    assert mail(body.replace(b"delivered", b"dropped"), signature, moment()).status_code == 403
    assert mail(body.rstrip(b"]"), signature, moment()).status_code == 403
    assert mail(body, signature, moment(timedelta(seconds=1))).status_code == 403


def test_events_signed_with_another_key_are_403() -> None:
    body = json.dumps(EVENTS).encode()

    assert mail(body, seal(body, moment(), ec.generate_private_key(ec.SECP256R1())), moment()).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'["x"]', b"[", b"null", b"\xff\xfe"])
def test_what_is_signed_and_is_no_list_of_events_is_refused_and_never_a_500(body: bytes) -> None:
    assert mail(body, seal(body, moment()), moment()).status_code in (400, 403)


@given(signature=st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60), body=st.binary())
def test_whatever_is_sent_without_the_key_is_403(signature: str, body: bytes) -> None:
    assert mail(body, signature.strip(), moment()).status_code == 403
    assert text(signature.strip()).status_code == 403
