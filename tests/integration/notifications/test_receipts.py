"""Receipts through the webhooks: verified, in any order, more than once, and before we have noted that it was sent."""

import base64
import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from services.notifications.providers.ports import Text
from shared.domain_events.notifications import ConsentWithdrawn, MessageSettled
from shared.identifiers import new_id
from tests.integration.notifications.house import House, person
from tests.integration.notifications.sending import Sending

PostEvents = Callable[..., TestResponse]


@pytest.fixture
def signing_key(monkeypatch: pytest.MonkeyPatch, core_settings: object) -> ec.EllipticCurvePrivateKey:
    """A key that SendGrid signs with; requested before the service is put together."""
    key = ec.generate_private_key(ec.SECP256R1())
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    monkeypatch.setitem(os.environ, "GROUNDSWELL_SENDGRID_WEBHOOK_PUBLIC_KEY", base64.b64encode(der).decode())
    return key


@pytest.fixture
def texted(signing_key: ec.EllipticCurvePrivateKey, sending: Sending) -> Sending:
    """Somebody was thanked by text; nothing was heard of it yet."""
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    sending.send()
    return sending


@pytest.fixture
def emailed(signing_key: ec.EllipticCurvePrivateKey, sending: Sending) -> Sending:
    """Three people were thanked by e-mail."""
    sending.house.open_petition()
    sending.house.sign(*[person(number, agrees_to=("email",)) for number in (1, 2, 3)])
    sending.house.set_states("delivered", channel="letter")
    sending.send_mail()
    return sending


@pytest.fixture
def post_events(signing_key: ec.EllipticCurvePrivateKey, house: House) -> PostEvents:
    """SendGrid posts some events, signed."""

    def post(*events: dict[str, Any], is_signed: bool = True) -> TestResponse:
        body = orjson.dumps(list(events)) + b"\r\n"
        timestamp = str(int(house.backbone.clock().timestamp()))
        signature = signing_key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode() if is_signed else "",
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
            "Content-Type": "application/json",
        }
        return house.client.post("/webhooks/sendgrid/events", data=body, headers=headers)

    return post


def text_status(
    house: House, delivery_id: UUID | str, status: str, code: str = "", *, is_signed: bool = True
) -> TestResponse:
    """Twilio tells how a text is."""
    form = {"MessageSid": f"SM{0:032x}", "MessageStatus": status} | ({"ErrorCode": code} if code else {})
    address = f"/webhooks/twilio/messages/{delivery_id}/status"
    validator = RequestValidator(house.settings.twilio_auth_token)
    signature = validator.compute_signature(house.backbone.settings.public_url + address, form)
    return house.client.post(address, data=form, headers={"X-Twilio-Signature": signature if is_signed else "x"})


def event(row: Any, name: str, **more: Any) -> dict[str, Any]:
    """An event of SendGrid about a line of the ledger."""
    known = {"event": name, "delivery_id": str(row.id), "sg_message_id": "request-1.recvd-1", "email": "x@example.org"}
    return known | more


@pytest.fixture
def statements(house: House) -> Iterator[list[str]]:
    """Every statement that the database is sent."""
    sent: list[str] = []

    def note(*given: Any) -> None:
        sent.append(str(given[2]))

    sa.event.listen(house.backbone.database.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(house.backbone.database.engine, "before_cursor_execute", note)


def test_a_delivered_text_is_settled_and_told_once(texted: Sending) -> None:
    (row,) = texted.house.ledger(channel="text")

    answers = [text_status(texted.house, row.id, "delivered") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert texted.states(channel="text") == [("delivered", None)]
    (settled,) = texted.house.posted(MessageSettled)
    assert (settled.message_id, settled.state, settled.cause) == (str(row.id), "delivered", str(row.cause))
    assert settled.supporter_id == texted.house.id_of(person(1))


def test_what_is_told_stays_in_the_story_of_the_signature(texted: Sending) -> None:
    (row,) = texted.house.ledger(channel="text")

    text_status(texted.house, row.id, "delivered")

    with texted.house.backbone.database.transaction() as transaction:
        traces = transaction.execute(sa.text("SELECT traceparent FROM outbox WHERE type = 'message.settled'")).scalars()
        assert list(traces) == [row.traceparent]


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sent", "delivered"])))
def test_the_order_of_a_texts_receipts_does_not_matter(texted: Sending, order: tuple[str, ...]) -> None:
    (row,) = texted.house.ledger(channel="text")

    for status in order:
        text_status(texted.house, row.id, status)

    assert texted.states(channel="text") == [("delivered", None)]


def test_a_receipt_that_overtakes_our_own_note_is_neither_lost_nor_undone(
    signing_key: object, sending: Sending
) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))

    def overtake(text: Text) -> None:
        assert text_status(sending.house, text.delivery_id, "delivered").status_code == 204

    sending.texts.meanwhile = overtake
    sending.send()

    (row,) = sending.house.ledger(channel="text")
    assert (row.state, row.provider_id, row.check_at) == ("delivered", sending.texts.sent[0][1].provider_id, None)
    assert len(sending.house.posted(MessageSettled)) == 1


def test_a_webhook_that_nobody_signed_moves_nothing(texted: Sending, post_events: PostEvents) -> None:
    (row,) = texted.house.ledger(channel="text")

    of_text = text_status(texted.house, row.id, "delivered", is_signed=False)
    of_email = post_events(event(row, "delivered"), is_signed=False)

    assert (of_text.status_code, of_email.status_code) == (403, 403)
    assert texted.states(channel="text") == [("accepted", None)]


def test_a_receipt_for_nothing_that_we_know_is_passed_over(texted: Sending, post_events: PostEvents) -> None:
    answers = [
        text_status(texted.house, new_id(), "delivered"),
        post_events({"event": "delivered", "delivery_id": "no-id"}, {"event": "delivered"}, {"event": "open"}),
    ]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert texted.states(channel="text") == [("accepted", None)]


def test_a_number_that_does_not_exist_is_texted_no_more(texted: Sending) -> None:
    (row,) = texted.house.ledger(channel="text")

    text_status(texted.house, row.id, "undelivered", "30005")

    assert texted.states(channel="text") == [("failed", "30005")]
    phone_id = texted.house.phone_id(person(1))
    assert texted.house.ask(lambda records: records.suppressions.among([phone_id])) == {phone_id: "no_good"}


def test_a_handset_that_was_off_is_texted_again_another_time(texted: Sending) -> None:
    (row,) = texted.house.ledger(channel="text")

    text_status(texted.house, row.id, "undelivered", "30003")

    assert texted.states(channel="text") == [("failed", "30003")]
    assert texted.house.ask(lambda records: records.suppressions.among([texted.house.phone_id(person(1))])) == {}


def test_events_of_many_e_mails_are_heard_together(emailed: Sending, post_events: PostEvents) -> None:
    one, two, three = emailed.house.ledger(channel="email")

    answer = post_events(
        event(one, "processed"),
        event(one, "delivered"),
        event(two, "deferred"),
        event(three, "dropped", reason="Bounced Address"),
        event(one, "open"),
    )

    assert answer.status_code == 204
    found = {row.id: (row.state, row.reason, row.provider_id) for row in emailed.house.ledger(channel="email")}
    assert found[one.id] == ("delivered", None, "request-1")
    assert found[two.id] == ("accepted", None, "request-1")
    assert found[three.id] == ("failed", "bounced_address", "request-1")
    assert sorted(settled.state for settled in emailed.house.posted(MessageSettled)) == ["delivered", "failed"]


def test_a_bounce_after_the_delivery_wins_and_silences_the_address(emailed: Sending, post_events: PostEvents) -> None:
    one, *_ = emailed.house.ledger(channel="email")

    post_events(event(one, "delivered"))
    post_events(event(one, "bounce", type="bounce", status="5.1.1", bounce_classification="Invalid Address"))
    post_events(event(one, "delivered"))

    (row,) = emailed.house.ledger(id=one.id)
    assert (row.state, row.reason) == ("failed", "5.1.1")
    (contact,) = [
        emailed.house.contact(person(n)) for n in (1, 2, 3) if emailed.house.id_of(person(n)) == one.supporter_id
    ]
    among = emailed.house.ask(lambda records: records.suppressions.among([contact.email_id]))
    assert among == {contact.email_id: "no_good"}


def test_a_bounce_that_passes_silences_nobody(emailed: Sending, post_events: PostEvents) -> None:
    one, *_ = emailed.house.ledger(channel="email")

    post_events(event(one, "bounce", type="blocked", status="4.7.1", bounce_classification="Reputation"))

    assert emailed.states(id=one.id) == [("failed", "4.7.1")]
    assert emailed.house.ask(lambda records: records.suppressions.among([one.supporter_id])) == {}


@pytest.mark.parametrize("name", ["spamreport", "unsubscribe", "group_unsubscribe"])
def test_who_complains_or_unsubscribes_is_e_mailed_no_more_and_said_so_once(
    emailed: Sending, post_events: PostEvents, name: str
) -> None:
    one, *_ = emailed.house.ledger(channel="email")

    for _ in range(3):
        post_events(event(one, "delivered"), event(one, name), event(one, name))

    assert emailed.states(id=one.id) == [("delivered", None)]
    (withdrawn,) = emailed.house.posted(ConsentWithdrawn)
    assert (withdrawn.supporter_id, withdrawn.channel, withdrawn.source) == (one.supporter_id, "email", "provider")


def test_a_thousand_events_cost_a_handful_of_statements(
    emailed: Sending, post_events: PostEvents, statements: list[str]
) -> None:
    rows = emailed.house.ledger(channel="email")
    events = [event(row, "delivered") for row in itertools.islice(itertools.cycle(rows), 1000)]

    post_events(*events)

    assert {row.state for row in emailed.house.ledger(channel="email")} == {"delivered"}
    assert len([one for one in statements if "deliveries" in one or "outbox" in one]) <= 6


def test_a_receipt_that_tells_nothing_new_locks_and_writes_nothing(texted: Sending, statements: list[str]) -> None:
    (row,) = texted.house.ledger(channel="text")
    statements.clear()

    text_status(texted.house, row.id, "sent")

    assert [one for one in statements if "UPDATE" in one or "INSERT" in one] == []
