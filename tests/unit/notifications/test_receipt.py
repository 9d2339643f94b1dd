"""What Twilio and SendGrid tell, in our words."""

from typing import Any

import pytest

from services.notifications.domain.delivery import State
from services.notifications.domain.receipt import receipt_of_email, receipt_of_text

# Every status of Twilio's Message resource.
STATUSES = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.ACCEPTED,
    "sending": State.ACCEPTED,
    "sent": State.ACCEPTED,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
    "receiving": None,
    "received": None,
    "partially_delivered": None,
    "": None,
}


@pytest.mark.parametrize(("status", "state"), STATUSES.items())
def test_each_status_of_a_text_is_known_or_passed_over(status: str, state: State | None) -> None:
    receipt = receipt_of_text("d1", "SM1", status)

    assert (receipt.state if receipt else None) == state


def test_a_failed_text_has_the_carriers_code_for_a_reason() -> None:
    receipt = receipt_of_text("d1", "SM1", "undelivered", "30003")

    assert receipt is not None
    assert (receipt.reason, receipt.suppresses, receipt.withdraws) == ("30003", False, False)


@pytest.mark.parametrize("code", ["21211", "21612", "21614", "21635", "30004", "30005", "30006"])
def test_a_number_that_is_no_good_is_texted_no_more(code: str) -> None:
    receipt = receipt_of_text("d1", "SM1", "failed", code)

    assert receipt is not None
    assert (receipt.suppresses, receipt.withdraws) == (True, False)


@pytest.mark.parametrize("code", ["30003", "30007", "30008", "30036", "21408", ""])
def test_what_may_pass_or_is_about_us_silences_nobody(code: str) -> None:
    receipt = receipt_of_text("d1", "SM1", "failed", code)

    assert receipt is not None
    assert (receipt.reason, receipt.suppresses, receipt.withdraws) == (code or "failed", False, False)


def test_a_stop_that_the_carrier_knows_of_is_one() -> None:
    receipt = receipt_of_text("d1", "SM1", "failed", "21610")

    assert receipt is not None
    assert (receipt.suppresses, receipt.withdraws) == (True, True)


def test_a_code_beside_a_good_status_silences_nobody() -> None:
    receipt = receipt_of_text("d1", "SM1", "delivered", "30005")

    assert receipt is not None
    assert (receipt.reason, receipt.suppresses) == (None, False)


def told(event: str, **more: Any) -> Any:
    return receipt_of_email({"event": event, "delivery_id": "d1", "sg_message_id": "abc.recvd-1", **more})


@pytest.mark.parametrize(
    ("event", "state"),
    [
        ("processed", State.ACCEPTED),
        ("deferred", State.ACCEPTED),
        ("delivered", State.DELIVERED),
        ("bounce", State.FAILED),
        ("dropped", State.FAILED),
        ("spamreport", State.DELIVERED),
        ("unsubscribe", State.DELIVERED),
        ("group_unsubscribe", State.DELIVERED),
    ],
)
def test_each_event_of_an_e_mail_is_known(event: str, state: State) -> None:
    receipt = told(event)

    assert (receipt.state, receipt.provider_id) == (state, "abc")


@pytest.mark.parametrize("event", ["open", "click", "group_resubscribe", "account_status_change", ""])
def test_events_that_say_nothing_of_the_delivery_are_passed_over(event: str) -> None:
    assert told(event) is None


def test_an_event_that_names_no_delivery_is_passed_over() -> None:
    assert receipt_of_email({"event": "delivered"}) is None


@pytest.mark.parametrize(
    ("kind", "classification", "suppresses"),
    [
        ("bounce", "Invalid Address", True),
        ("bounce", "Unclassified", True),
        ("bounce", "Mailbox Unavailable", True),
        ("bounce", None, True),
        ("bounce", "Technical", False),
        ("bounce", "Content", False),
        ("bounce", "Reputation", False),
        ("bounce", "Frequency/Volume", False),
        ("blocked", "Invalid Address", False),
    ],
)
def test_only_a_bounce_that_says_something_of_the_address_silences_it(
    kind: str, classification: str | None, suppresses: bool
) -> None:
    receipt = told("bounce", type=kind, status="5.1.1", bounce_classification=classification)

    assert (receipt.reason, receipt.suppresses, receipt.withdraws) == ("5.1.1", suppresses, False)


def test_a_bounces_reason_is_a_code_and_never_the_servers_words() -> None:
    words = "550 5.1.1 <ada@example.org> no such user"

    assert told("bounce", type="bounce", status=words, reason=words).reason == "bounced"


@pytest.mark.parametrize(
    ("words", "reason", "suppresses", "withdraws"),
    [
        ("Bounced Address", "bounced_address", True, False),
        ("Invalid SMTPAPI header", "invalid_address", True, False),
        ("Unsubscribed Address", "unsubscribed_address", False, True),
        ("Spam Reporting Address", "spam_reporting_address", True, True),
        ("Spam Content (if spam checker app is enabled)", "spam_content", False, False),
        ("Something about ada@example.org", "dropped", False, False),
    ],
)
def test_what_sendgrid_drops_by_itself_we_write_to_no_more(
    words: str, reason: str, suppresses: bool, withdraws: bool
) -> None:
    receipt = told("dropped", reason=words)

    assert (receipt.reason, receipt.suppresses, receipt.withdraws) == (reason, suppresses, withdraws)


def test_a_complaint_silences_the_address_and_an_unsubscribing_only_takes_the_consent_back() -> None:
    assert (told("spamreport").suppresses, told("spamreport").withdraws) == (True, True)
    assert (told("unsubscribe").suppresses, told("unsubscribe").withdraws) == (False, True)
