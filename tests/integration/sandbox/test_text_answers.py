"""What is written on a telephone reaches the application, and what it answers is sent."""

import pytest

from tests.fixtures.application import Answer, Application
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import PHONE, TEXT_FROM, signed_by_twilio, twilio
from tests.integration.sandbox.texting import send


def test_what_is_written_on_a_telephone_reaches_the_application_with_every_field(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.write("+15145550123", "Oui, j’y serai")

    (told,) = wait_until(lambda: application.at("/texts"))
    assert told.form["Body"] == "Oui, j’y serai"
    assert told.form["MessageSid"] == told.form["SmsSid"] == told.form["SmsMessageSid"]
    assert (told.form["From"], told.form["To"]) == ("+15145550123", TEXT_FROM)
    assert (told.form["FromState"], told.form["FromCountry"], told.form["ToState"]) == ("QC", "CA", "ON")
    assert told.form["NumMedia"] == "0"
    assert told.form["SmsStatus"] == "received"
    assert "OptOutType" not in told.form
    assert signed_by_twilio(told, sandbox)
    (inbound,) = twilio(sandbox).messages.list(to=TEXT_FROM)
    assert (inbound.direction, inbound.status, inbound.body) == ("inbound", "received", "Oui, j’y serai")


@pytest.mark.parametrize(
    ("answer", "bodies"),
    [
        (Answer("<Response/>"), []),
        (Answer("", status=204), []),
        (Answer("<Response><Message>Merci &amp; à bientôt</Message></Response>"), ["Merci & à bientôt"]),
        (Answer("<Response><Message><Body>One</Body></Message><Message>Two</Message></Response>"), ["One", "Two"]),
        (Answer("Thanks", content_type="text/plain"), ["Thanks"]),
    ],
)
def test_what_the_application_answers_is_sent(
    sandbox: Sandbox, application: Application, answer: Answer, bodies: list[str]
) -> None:
    application.answers["/texts"] = answer

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: sandbox.counts()["webhooks"])
    replies = [text for text in sandbox.texts(PHONE) if text["direction"] == "outbound-reply"]
    assert [text["body"] for text in replies] == bodies
    assert sandbox.counts()["alerts"] == {}


def test_an_answer_may_redirect_and_tell_of_its_own_delivery(sandbox: Sandbox, application: Application) -> None:
    application.answers["/texts"] = Answer("<Response><Redirect>more/here</Redirect></Response>")
    application.answers["/more/here"] = Answer('<Response><Message action="told">Hi</Message></Response>')

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: len(application.at("/more/told")) == 2)
    assert application.at("/more/told")[-1].form["MessageStatus"] == "delivered"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer("<Response><Message>"), "12100"),
        (Answer("<Response><Shout/></Response>"), "12200"),
        (Answer("{}", content_type="application/json"), "12300"),
        (Answer("", status=500), "11200"),
    ],
)
def test_an_answer_that_is_no_document_becomes_an_alert(
    sandbox: Sandbox, application: Application, answer: Answer, code: str
) -> None:
    application.answers["/texts"] = answer

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: sandbox.counts()["alerts"] == {code: 1})


def test_an_application_that_is_away_is_asked_again_as_often_as_the_address_says(
    start_sandbox: Start, application: Application
) -> None:
    application.answers["/texts"] = Answer("", status=503)
    sandbox = start_sandbox(messaging_webhook=f"{application.url}/texts#rc=3&rp=5xx")

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: sandbox.counts()["alerts"] == {"11200": 1})
    asked = application.at("/texts")
    assert len(asked) == 4
    assert len({request.headers["I-Twilio-Idempotency-Token"] for request in asked}) == 1


def test_a_telephone_answers_by_rule_once_and_its_own_rules_come_first(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.api("PUT", "/scripts", {"replies": [{"when": "reply call", "answer": "CALL"}]})
    sandbox.script("+15145550123", replies=[{"when": "CALL", "answer": "ARRET"}])
    for to in (PHONE, PHONE, "+15145550123"):
        send(sandbox, to=to)

    wait_until(lambda: sandbox.counts()["texts"].get("outbound-api") == {"delivered": 3})
    wait_until(lambda: len(application.at("/texts")) == 2)

    said = sorted((request.form["From"], request.form["Body"]) for request in application.at("/texts"))
    assert said == [(PHONE, "CALL"), ("+15145550123", "ARRET")]


def test_a_telephone_does_not_answer_what_twilio_confirms(sandbox: Sandbox, application: Application) -> None:
    sandbox.script(PHONE, replies=[{"when": ".", "answer": "CALL"}])
    for word in ("STOP", "START"):
        sandbox.write(PHONE, word)
    wait_until(lambda: sandbox.counts()["texts"].get("keyword-confirmation") == {"delivered": 2})

    send(sandbox)

    wait_until(lambda: len(application.at("/texts")) == 3)
    assert sorted(request.form["Body"] for request in application.at("/texts")) == ["CALL", "START", "STOP"]
