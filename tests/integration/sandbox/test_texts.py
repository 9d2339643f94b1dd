"""Texts through Twilio's SDK: sent, delivered, told about, listed, and refused as Twilio refuses them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import PHONE, TEXT_FROM, signed_by_twilio, twilio
from tests.integration.sandbox.texting import SERVICE, refusal, send, status_of


def test_a_text_is_queued_sent_and_delivered_and_each_step_is_told_signed(
    sandbox: Sandbox, application: Application
) -> None:
    message = send(sandbox, status_callback=f"{application.url}/status?delivery=7")

    wait_until(lambda: len(application.at("/status")) == 2)
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    assert status_of(sandbox, message) == ("delivered", None)
    sent, delivered = application.at("/status")
    assert (sent.form["MessageStatus"], delivered.form["MessageStatus"]) == ("sent", "delivered")
    assert delivered.form["SmsStatus"] == "delivered"
    assert delivered.form["MessageSid"] == delivered.form["SmsSid"] == message.sid
    assert (delivered.form["From"], delivered.form["To"]) == (TEXT_FROM, PHONE)
    assert delivered.url.endswith("/status?delivery=7")
    assert sent.headers["I-Twilio-Idempotency-Token"] != delivered.headers["I-Twilio-Idempotency-Token"]
    assert all(signed_by_twilio(request, sandbox) for request in application.requests)


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        ("0191", "undelivered", 30003),
        ("0192", "undelivered", 30004),
        ("0193", "undelivered", 30005),
        ("0194", "undelivered", 30006),
        ("0195", "undelivered", 30007),
        ("0196", "undelivered", 30008),
        ("0197", "failed", 30001),
        ("0198", "sent", None),
    ],
)
def test_the_last_digits_of_a_number_decide_what_becomes_of_a_text(
    sandbox: Sandbox, application: Application, ending: str, status: str, code: int | None
) -> None:
    message = send(sandbox, to=f"+1416555{ending}", status_callback=f"{application.url}/status")

    wait_until(lambda: status_of(sandbox, message) == (status, code))
    wait_until(lambda: [one.form["MessageStatus"] for one in application.at("/status")][-1:] == [status])
    assert application.at("/status")[-1].form.get("ErrorCode") == (str(code) if code else None)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"to": "416 555 0142"}, 21211),
        ({"to": "+1416555"}, 21211),
        ({"from_": "Groundswell"}, 21212),
        ({"from_": "+14165550155"}, 21606),
        ({"to": TEXT_FROM}, 21266),
        ({"to": "+442079460000"}, 21408),
        ({"to": "+18765550142"}, 21408),
        ({"to": "+14165550190"}, 21614),
        ({"to": "+14165550199"}, 21610),
        ({"status_callback": "not an address"}, 21609),
        ({"status_callback": "http://under_score.example.org/x"}, 21609),
        ({"validity_period": 36001}, 30400),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21701),
        ({"media_url": ["no address"]}, 21620),
        ({"schedule_type": "fixed"}, 35111),
        ({"send_at": datetime(2030, 1, 1, tzinfo=UTC)}, 35112),
        ({"schedule_type": "fixed", "send_at": datetime(2030, 1, 1, tzinfo=UTC)}, 35118),
    ],
)
def test_a_text_that_twilio_would_refuse_is_refused_with_its_code(
    sandbox: Sandbox, wrong: dict[str, Any], code: int
) -> None:
    error = refusal(sandbox, **wrong)

    assert error.code == code
    assert error.status == (404 if code == 21701 else 400)
    assert sandbox.texts() == []


def test_a_body_of_1600_characters_in_any_script_is_taken_and_counted_in_segments(sandbox: Sandbox) -> None:
    longest = send(sandbox, body="ਸ" * 1600)
    french = send(sandbox, body="Être prêt" + "é" * 62)

    assert longest.num_segments == "24"
    assert french.num_segments == "2"


def test_wrong_credentials_and_another_account_are_turned_away(sandbox: Sandbox) -> None:
    stranger = Client(sandbox.settings["GROUNDSWELL_TWILIO_ACCOUNT_SID"], "wrong")
    stranger.api.base_url = sandbox.url

    with pytest.raises(TwilioRestException) as refused:
        stranger.messages.create(to=PHONE, from_=TEXT_FROM, body="x")
    with pytest.raises(TwilioRestException) as elsewhere:
        twilio(sandbox).api.accounts("AC" + "0" * 32).messages.create(to=PHONE, from_=TEXT_FROM, body="x")

    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert (elsewhere.value.status, elsewhere.value.code) == (404, 20404)


def test_an_error_has_twilios_shape(sandbox: Sandbox) -> None:
    status, error = sandbox.ask("GET", "/2010-04-01/Accounts/AC0/Messages.json")

    assert status == 401
    assert error == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


def test_texts_are_listed_newest_first_by_number_and_day_over_several_pages(sandbox: Sandbox) -> None:
    sent = [send(sandbox, body=f"text {number}") for number in range(7)]
    other = send(sandbox, to="+15145550123")
    wait_until(lambda: all(status_of(sandbox, one)[0] == "delivered" for one in (*sent, other)))
    client, now = twilio(sandbox), datetime.now(UTC)

    to_phone = client.messages.list(to=PHONE, page_size=3)

    assert [message.sid for message in to_phone] == [message.sid for message in reversed(sent)]
    assert len(client.messages.list(from_=TEXT_FROM)) == 8
    assert len(client.messages.list(to=PHONE, limit=2)) == 2
    assert len(client.messages.list(date_sent_after=now - timedelta(hours=1))) == 8
    assert client.messages.list(date_sent_before=now - timedelta(days=1)) == []
    assert client.messages.list(to="+16045550100") == []


def test_texts_that_arrive_while_a_list_is_read_do_not_repeat_on_its_next_page(sandbox: Sandbox) -> None:
    sent = [send(sandbox, body=f"text {number}") for number in range(4)]
    client = twilio(sandbox)
    page = client.messages.page(to=PHONE, page_size=2)
    first = [message.sid for message in page]
    send(sandbox, body="one more")

    second = [message.sid for message in page.next_page()]

    assert first + second == [message.sid for message in reversed(sent)]


def test_a_delivered_text_is_redacted_and_deleted_and_one_on_its_way_is_not(
    start_sandbox: Start, application: Application
) -> None:
    sandbox = start_sandbox(messaging_webhook=f"{application.url}/texts")
    sandbox.faults({"endpoint": "delivery", "kind": "held"})
    held = send(sandbox)
    with pytest.raises(TwilioRestException) as too_early:
        twilio(sandbox).messages(held.sid).delete()
    sandbox.faults()
    message = send(sandbox)
    wait_until(lambda: status_of(sandbox, message)[0] == "delivered")

    redacted = twilio(sandbox).messages(message.sid).update(body="")
    deleted = twilio(sandbox).messages(message.sid).delete()

    assert (too_early.value.status, too_early.value.code) == (409, 20009)
    assert redacted.body == ""
    assert deleted is True
    with pytest.raises(TwilioRestException) as gone:
        twilio(sandbox).messages(message.sid).fetch()
    assert gone.value.code == 20404


def test_a_messaging_service_accepts_schedules_and_cancels(start_sandbox: Start, application: Application) -> None:
    sandbox = start_sandbox(GROUNDSWELL_TWILIO_MESSAGING_SERVICE_SID=SERVICE)
    client, url = twilio(sandbox), f"{application.url}/status"
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    now = client.messages.create(to=PHONE, messaging_service_sid=SERVICE, body="now", status_callback=url)
    later = client.messages.create(
        to=PHONE, messaging_service_sid=SERVICE, body="later", schedule_type="fixed", send_at=tomorrow
    )
    canceled = client.messages(later.sid).update(status="canceled")

    assert (now.status, now.from_, now.num_segments) == ("accepted", None, "0")
    assert (later.status, canceled.status) == ("scheduled", "canceled")
    wait_until(lambda: status_of(sandbox, now)[0] == "delivered")
    assert client.messages(now.sid).fetch().from_ == TEXT_FROM
    wait_until(lambda: len(application.at("/status")) == 3)
    told = [(one.form["MessageStatus"], one.form["MessagingServiceSid"]) for one in application.at("/status")]
    assert told == [("queued", SERVICE), ("sent", SERVICE), ("delivered", SERVICE)]
    with pytest.raises(TwilioRestException) as too_late:
        client.messages(now.sid).update(status="canceled")
    assert (too_late.value.status, too_late.value.code) == (409, 30409)


def test_a_text_that_waits_longer_than_its_validity_fails(sandbox: Sandbox) -> None:
    sandbox.faults({"endpoint": "delivery", "kind": "held", "seconds": 150})

    message = send(sandbox, validity_period=1)

    wait_until(lambda: status_of(sandbox, message) == ("failed", 30036))


def test_the_same_words_to_the_same_telephone_are_counted_as_duplicates(sandbox: Sandbox) -> None:
    for body in ("one", "two", "one"):
        send(sandbox, body=body)
    send(sandbox, to="+15145550123", body="one")

    assert sandbox.counts()["duplicates"] == {"texts": 1, "emails": 0}


def test_texts_are_read_on_from_a_position_and_forgotten_at_a_reset(sandbox: Sandbox) -> None:
    send(sandbox, body="one")
    position = sandbox.api("GET", "/texts")["next"]
    send(sandbox, body="two")

    assert [text["body"] for text in sandbox.texts(since=position)] == ["two"]
    sandbox.reset()
    assert sandbox.texts() == []
    assert sandbox.counts()["texts"] == {}
