"""Faults on demand: what the vendors' endpoints and webhooks do when they misbehave."""

import time
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from services.calls.providers.ports import TryLater
from services.calls.providers.represent import RepresentApi
from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import CALL_FROM, PHONE, TEXT_FROM, mail_client, twilio

MAIL = {
    "from": {"email": "actions@example.ca"},
    "personalizations": [{"to": [{"email": "amrit@example.org"}]}],
    "subject": "Thank you",
    "content": [{"type": "text/plain", "value": "Thank you"}],
}


def send(sandbox: Sandbox, application: Application, body: str = "Hello") -> Any:
    return twilio(sandbox).messages.create(
        to=PHONE, from_=TEXT_FROM, body=body, status_callback=f"{application.url}/status"
    )


def told(application: Application) -> list[tuple[str, str]]:
    """Which text was told to be in which status, in the order it was heard."""
    return [(one.form["MessageSid"], one.form["MessageStatus"]) for one in application.at("/status")]


@pytest.mark.parametrize(("kind", "status", "code"), [("429", 429, 20429), ("500", 500, 20500), ("503", 503, 20503)])
def test_twilio_refuses_with_its_code_as_often_as_was_asked(
    sandbox: Sandbox, application: Application, kind: str, status: int, code: int
) -> None:
    sandbox.faults({"endpoint": "messages", "kind": kind, "count": 1})

    with pytest.raises(TwilioRestException) as refused:
        send(sandbox, application)

    assert (refused.value.status, refused.value.code) == (status, code)
    assert send(sandbox, application).status == "queued"
    assert sandbox.api("GET", "/faults")["faults"][0]["struck"] == 1


def test_a_text_may_be_taken_though_its_answer_never_comes(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "messages", "kind": "accepted_but_timed_out", "count": 1})

    with pytest.raises(requests.exceptions.ConnectionError):
        send(sandbox, application)

    (taken,) = twilio(sandbox).messages.list(to=PHONE)
    assert taken.body == "Hello"


def test_a_slow_endpoint_answers_in_the_end(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "calls", "kind": "slow", "seconds": 0.3})
    began = time.monotonic()

    twilio(sandbox).calls.create(to=PHONE, from_=CALL_FROM, twiml="<Response/>")

    assert time.monotonic() - began >= 0.3


def test_a_fault_strikes_where_it_is_to_and_nowhere_else(sandbox: Sandbox, application: Application) -> None:
    message = send(sandbox, application)
    wait_until(lambda: len(told(application)) == 2)
    sandbox.faults({"endpoint": "messages_read", "kind": "500"})

    changed = twilio(sandbox).messages(message.sid).update(body="")
    with pytest.raises(TwilioRestException):
        twilio(sandbox).messages(message.sid).fetch()

    assert changed.body == ""


def test_so_many_requests_a_minute_and_no_more(sandbox: Sandbox) -> None:
    sandbox.faults({"endpoint": "represent", "kind": "rate_limited", "per_minute": 2})
    represent = RepresentApi(sandbox.url)
    represent.boundaries_of("M5S9Z9")
    represent.representatives()

    with pytest.raises(TryLater, match="503"):
        represent.boundaries_of("M5S9Z9")


def test_sendgrid_answers_429_in_its_own_shape(sandbox: Sandbox) -> None:
    sandbox.faults({"endpoint": "mail", "kind": "429", "count": 1})

    with pytest.raises(Exception, match="429") as refused:
        mail_client(sandbox).send(MAIL)

    errors = getattr(refused.value, "to_dict", {})["errors"]
    assert errors == [{"message": "too many requests", "field": None, "help": None}]
    assert mail_client(sandbox).send(MAIL).status_code == 202


def test_status_callbacks_come_twice_with_the_same_token(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "callbacks", "kind": "duplicated"})

    message = send(sandbox, application)

    wait_until(lambda: len(told(application)) == 4)
    statuses = ("sent", "sent", "delivered", "delivered")
    assert told(application) == [(message.sid, status) for status in statuses]
    assert len({one.headers["I-Twilio-Idempotency-Token"] for one in application.at("/status")}) == 2


def test_a_status_callback_is_overtaken_by_the_next(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "callbacks", "kind": "reordered", "count": 1, "seconds": 6000})

    message = send(sandbox, application)

    wait_until(lambda: len(told(application)) == 2)
    assert told(application) == [(message.sid, "delivered"), (message.sid, "sent")]


def test_a_status_callback_comes_late(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "callbacks", "kind": "late", "count": 1, "seconds": 50})

    message = send(sandbox, application)

    wait_until(lambda: len(told(application)) == 2)
    assert told(application)[-1] == (message.sid, "sent")


def test_a_status_callback_gets_lost_and_the_api_still_knows(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "callbacks", "kind": "lost"})

    message = send(sandbox, application)

    wait_until(lambda: str(twilio(sandbox).messages(message.sid).fetch().status).endswith("delivered"))
    wait_until(lambda: sandbox.counts()["callbacks"].get("lost") == 2)
    assert told(application) == []


def test_a_status_callback_that_is_refused_is_noted_and_not_repeated(sandbox: Sandbox) -> None:
    twilio(sandbox).messages.create(
        to=PHONE, from_=TEXT_FROM, body="Hello", status_callback="http://127.0.0.1:1/status"
    )

    wait_until(lambda: sandbox.counts()["callbacks"].get("failed") == 2)
    assert sandbox.counts()["alerts"] == {"11205": 2}


def test_inbound_texts_come_twice_late_or_not_at_all(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "inbound", "kind": "lost", "count": 1})
    sandbox.write(PHONE, "lost")
    wait_until(lambda: sandbox.api("GET", "/faults")["faults"][0]["struck"] == 1)
    sandbox.faults({"endpoint": "inbound", "kind": "late", "count": 1, "seconds": 20})
    sandbox.write(PHONE, "late")
    wait_until(lambda: sandbox.api("GET", "/faults")["faults"][0]["struck"] == 1)
    sandbox.faults({"endpoint": "inbound", "kind": "duplicated", "count": 1})

    sandbox.write(PHONE, "twice")

    wait_until(lambda: len(application.at("/texts")) == 3)
    assert sorted(one.form["Body"] for one in application.at("/texts")) == ["late", "twice", "twice"]
    twice = [one for one in application.at("/texts") if one.form["Body"] == "twice"]
    assert len({one.headers["I-Twilio-Idempotency-Token"] for one in twice}) == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        {"faults": [{"endpoint": "messages", "kind": "lost"}]},
        {"faults": [{"endpoint": "nowhere", "kind": "500"}]},
        {"faults": [{"endpoint": "messages", "kind": "500", "probability": 2}]},
        {"faults": [{"endpoint": "messages", "kind": "500", "often": True}]},
        {"faults": "all"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_line_that_says_why(
    sandbox: Sandbox, nonsense: dict[str, Any]
) -> None:
    status, answer = sandbox.ask("PUT", "/sandbox/api/faults", nonsense)

    assert status == 400
    assert answer["error"]
    assert sandbox.api("GET", "/faults") == {"faults": []}
