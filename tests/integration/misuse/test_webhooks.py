"""The vendors' webhooks, misused: by strangers, and with what no vendor would say."""

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from services.calls.settings import CallsSettings
from services.calls.storage.records import Records
from services.calls.use_cases.draft import draft
from shared.settings import load
from tests.integration.misuse.misuse import Stage, assert_problem
from tests.unit.calls.made import NOON, call, campaign

KNOWN = call(id=UUID("01a210bd-bfed-7c5a-befc-38e2fd98eadf"), carrier_id=f"CA{1:032x}")
UNKNOWN_ID = "01a210bd-bfed-7c5a-befc-38e2fd98eade"
STEPS = ("answered", "confirmed", "returned", "reported", "office", "status")
CALLS, TEXTS, RECEIPTS, EMAILS = (
    f"/webhooks/twilio/calls/{KNOWN.id}/",
    "/webhooks/twilio/messages",
    f"/webhooks/twilio/messages/{UNKNOWN_ID}/status",
    "/webhooks/sendgrid/events",
)
OF_TWILIO = [*(CALLS + step for step in STEPS), TEXTS, RECEIPTS]
SAYING = {
    "CallSid": f"CA{1:032x}",
    "ParentCallSid": f"CA{1:032x}",
    "MessageSid": f"SM{1:032x}",
    "CallStatus": "in-progress",
    "MessageStatus": "delivered",
    "Digits": "1",
    "From": "+14165550150",
    "Body": "CALL",
}
KEY = ec.generate_private_key(ec.SECP256R1())
ANOTHER_KEY = ec.generate_private_key(ec.SECP256R1())
EVENT = b'[{"event":"delivered","delivery_id":"01a210bd-bfed-7c5a-befc-38e2fd98eade"}]'


@pytest.fixture(scope="module")
def stage(raise_stage: Callable[..., Stage]) -> Stage:
    """One call that was placed, and nobody who was written to."""
    public_key = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GROUNDSWELL_SENDGRID_WEBHOOK_PUBLIC_KEY", base64.b64encode(public_key).decode())
        stage = raise_stage("calls", "notifications")
    with stage.backbone.database.transaction() as transaction:
        records = Records(transaction)
        draft(campaign(), "organizer-1", records)
        records.calls.add(KNOWN, expires_at=campaign().closes_at)
        records.calls.save(KNOWN, NOON)
    return stage


def tell(stage: Stage, path: str, form: dict[str, str], *, signed_for: str | None = None) -> TestResponse:
    """Twilio posts a form; `signed_for` is another form that it signed."""
    validator = RequestValidator(load(CallsSettings).twilio_auth_token)
    url = stage.backbone.settings.public_url + (signed_for or path)
    return stage.client.post(path, data=form, headers={"X-Twilio-Signature": validator.compute_signature(url, form)})


def post_events(
    stage: Stage, body: bytes, *, key: ec.EllipticCurvePrivateKey = KEY, at: Any = NOON, sent: bytes | None = None
) -> TestResponse:
    """SendGrid posts events that it signed; `sent` is what somebody made of them on the way."""
    timestamp = str(int(at.timestamp()))
    signature = key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
    return stage.client.post(EMAILS, data=sent or body, headers=headers, content_type="application/json")


@pytest.mark.parametrize("path", OF_TWILIO)
@pytest.mark.parametrize("signature", [None, "", "x", "é", "A" * 28, base64.b64encode(b"0" * 20).decode()])
def test_what_twilio_did_not_sign_is_refused(stage: Stage, path: str, signature: str | None) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}

    with stage.nothing_comes_of_it():
        answer = stage.client.post(path, data=SAYING, headers=headers)

    assert_problem(answer, 403)


@pytest.mark.parametrize("path", OF_TWILIO)
def test_what_twilio_signed_for_elsewhere_is_refused(stage: Stage, path: str) -> None:
    with stage.nothing_comes_of_it():
        answers = [
            tell(stage, path, SAYING, signed_for="/webhooks/twilio/calls/another/answered"),
            tell(stage, path, SAYING, signed_for=f"{path}?x=1"),
            tell(stage, f"{path}?x=1", SAYING, signed_for=path),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


@pytest.mark.parametrize("path", OF_TWILIO)
def test_what_was_changed_after_twilio_signed_it_is_refused(stage: Stage, path: str) -> None:
    validator = RequestValidator(load(CallsSettings).twilio_auth_token)
    signature = validator.compute_signature(stage.backbone.settings.public_url + path, SAYING)

    with stage.nothing_comes_of_it():
        changed = stage.client.post(path, data=SAYING | {"Body": "STOP"}, headers={"X-Twilio-Signature": signature})
        added = stage.client.post(path, data=SAYING | {"More": "1"}, headers={"X-Twilio-Signature": signature})
        as_json = stage.client.post(path, json=SAYING, headers={"X-Twilio-Signature": signature})

    assert [changed.status_code, added.status_code, as_json.status_code] == [403, 403, 403]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("sid", [None, "", "C" * 65, "CA\0", "../x", "CA 1"])
def test_a_call_without_an_id_is_named(stage: Stage, step: str, sid: str | None) -> None:
    form = {**SAYING, "CallSid": sid or ""} if sid is not None else {"CallStatus": "ringing"}

    with stage.nothing_comes_of_it():
        answer = tell(stage, CALLS + step, form)

    assert_problem(answer, 400, ("CallSid",))


@pytest.mark.parametrize("step", STEPS)
def test_a_call_that_is_not_known_is_named(stage: Stage, step: str) -> None:
    with stage.nothing_comes_of_it():
        answer = tell(stage, f"/webhooks/twilio/calls/{UNKNOWN_ID}/{step}", SAYING)

    assert_problem(answer, 404, ("CallSid",))


@pytest.mark.parametrize("step", STEPS)
def test_another_call_than_the_one_that_was_placed_moves_nothing(stage: Stage, step: str) -> None:
    """A supporter may be on it, if the carrier placed one call twice: they are not left with an error, but hung up."""
    another = SAYING | {"CallSid": f"CA{2:032x}", "ParentCallSid": f"CA{2:032x}"}

    with stage.nothing_comes_of_it():
        answer = tell(stage, CALLS + step, another)

    assert answer.status_code in (200, 204)
    assert answer.status_code == 204 or "<Hangup" in answer.text


@pytest.mark.parametrize("path", ["/webhooks/twilio/calls/1/answered", "/webhooks/twilio/messages/1/status"])
def test_an_address_that_names_nothing_is_unknown(stage: Stage, path: str) -> None:
    with stage.nothing_comes_of_it():
        answer = tell(stage, path, SAYING)

    assert answer.status_code == 404


@pytest.mark.parametrize("sid", [None, "", "S" * 65, "SM\0", "<SM>"])
def test_a_text_without_an_id_is_named(stage: Stage, sid: str | None) -> None:
    form = {**SAYING, "MessageSid": sid or ""} if sid is not None else {"From": "+14165550150", "Body": "STOP"}

    with stage.nothing_comes_of_it():
        answer = tell(stage, TEXTS, form)

    assert_problem(answer, 400, ("MessageSid",))


@pytest.mark.parametrize("sender", ["", "12345", "anonymous", "+1", "+10005550150", "x" * 2_000])
def test_a_text_from_no_telephone_is_taken_and_let_be(stage: Stage, sender: str) -> None:
    """Such as one from a short code. Twilio could do nothing about it, and would only call it our error."""
    with stage.nothing_comes_of_it():
        answer = tell(stage, TEXTS, SAYING | {"From": sender})

    assert answer.status_code == 200


@pytest.mark.parametrize("status", ["delivered", "failed", "", "teleported", "x" * 2_000])
def test_a_receipt_of_a_text_that_nobody_sent_moves_nothing(stage: Stage, status: str) -> None:
    with stage.nothing_comes_of_it():
        answer = tell(stage, RECEIPTS, SAYING | {"MessageStatus": status, "ErrorCode": "21610"})

    assert answer.status_code == 204


def test_events_that_sendgrid_did_not_sign_are_refused(stage: Stage) -> None:
    with stage.nothing_comes_of_it():
        answers = [
            stage.client.post(EMAILS, data=EVENT, content_type="application/json"),
            post_events(stage, EVENT, key=ANOTHER_KEY),
            post_events(stage, EVENT, sent=EVENT.replace(b"delivered", b"bounce")),
            post_events(stage, EVENT, at=NOON.replace(hour=16)),
            post_events(stage, EVENT, at=NOON.replace(hour=18)),
        ]

    for answer in answers:
        assert_problem(answer, 403)


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"null", b'"x"', b"[1]", b"[[]]", b"\xff\xfe", b"[" * 5_000])
def test_what_is_no_list_of_events_is_refused(stage: Stage, body: bytes) -> None:
    with stage.nothing_comes_of_it():
        answer = post_events(stage, body)

    assert_problem(answer, 403 if b"\xff" in body else 400)


@pytest.mark.parametrize(
    "body",
    [
        EVENT,
        b"[]",
        b"[{}]",
        b'[{"event": "teleported", "delivery_id": "x"}]',
        b'[{"event": "delivered", "delivery_id": {"x": 1}}]',
        b'[{"event": ["bounce"], "delivery_id": 1, "reason": {}}]',
        b'[{"event": "dropped", "delivery_id": "01a210bd-bfed-7c5a-befc-38e2fd98eade", "reason": 5}]',
        b'[{"event": "bounce", "delivery_id": "01a210bd\\u0000", "sg_message_id": [], "type": 1}]',
    ],
)
def test_events_of_e_mails_that_nobody_sent_move_nothing(stage: Stage, body: bytes) -> None:
    """But that something was heard of SendGrid is noted: it says when its silence says something."""
    with stage.nothing_comes_of_it(but=frozenset({"heard"})):
        answer = post_events(stage, body)

    assert answer.status_code == 204


@pytest.mark.parametrize("duration", ["9" * 5_000, "-1", "1e3", "٣", "99999999999"])
def test_a_duration_that_cannot_be_does_not_lose_what_else_is_told(stage: Stage, duration: str) -> None:
    form = SAYING | {"DialCallStatus": "completed", "DialCallDuration": duration}

    answer = tell(stage, f"{CALLS}returned", form)

    assert (answer.status_code, "<Gather" in answer.text) == (200, True)


def test_the_stage_takes_what_is_right(stage: Stage) -> None:
    """Or every refusal above would prove nothing. It comes last, as this is kept."""
    assert "<Gather" in tell(stage, f"{CALLS}answered", SAYING).text
    assert tell(stage, TEXTS, SAYING).status_code == 200
    assert post_events(stage, EVENT).status_code == 204
