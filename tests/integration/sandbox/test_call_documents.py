"""What a call does as each document has it, and with one that cannot be played."""

import pytest

from tests.fixtures.application import Answer, Application, Request
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.calling import THANK, ended, place, status_of
from tests.integration.sandbox.sdk import OFFICE, PHONE, signed_by_twilio


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer("<Response><Say>"), 12100),
        (Answer("<Answer/>"), 12100),
        (Answer("<Response><Shout/></Response>"), 12200),
        (Answer("<Response><Say>Fine.</Say></Response>", content_type="application/json"), 12300),
        (Answer("Oh no", status=500), 11200),
    ],
)
def test_a_document_that_cannot_be_played_ends_the_call_with_an_apology(
    sandbox: Sandbox, application: Application, answer: Answer, code: int
) -> None:
    sandbox.script(PHONE, call={"does": "answer"})
    application.answers["/answered"] = answer

    call = place(sandbox, application)

    wait_until(ended(sandbox, call))
    assert status_of(sandbox, call) == "completed"
    assert sandbox.api("GET", f"/calls/{call.sid}")["lines"][-1]["text"].startswith("We are sorry")
    assert sandbox.api("GET", "/alerts")["alerts"][0]["code"] == code


def test_an_attribute_that_twilio_does_not_know_is_noted_and_passed_over(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.script(PHONE, call={"does": "answer"})
    application.answers["/answered"] = Answer('<Response><Say speed="fast">Hello.</Say></Response>')

    call = place(sandbox, application)

    wait_until(ended(sandbox, call))
    assert [line["text"] for line in sandbox.api("GET", f"/calls/{call.sid}")["lines"]] == ["Hello."]
    assert sandbox.counts()["alerts"] == {"12200": 1}


def test_an_application_that_is_away_is_replaced_by_the_fallback(sandbox: Sandbox, application: Application) -> None:
    sandbox.script(PHONE, call={"does": "answer"})
    application.answers["/fallback"] = Answer(THANK)

    place(sandbox, application, url="http://127.0.0.1:1/answered", fallback_url=f"{application.url}/fallback")

    wait_until(lambda: application.at("/fallback"))
    assert application.at("/fallback")[0].form["ErrorCode"] == "11200"


def test_a_redirect_and_a_relative_action_start_from_the_document(sandbox: Sandbox, application: Application) -> None:
    sandbox.script(PHONE, call={"does": "answer", "keys": ["12#"]})
    application.answers = {
        "/answered": Answer("<Response><Redirect method='GET'>deeper/there?step=2</Redirect></Response>"),
        "/deeper/there": Answer("<Response><Gather action='next'><Play>tone.mp3</Play></Gather></Response>"),
        "/deeper/next": Answer(THANK),
    }

    place(sandbox, application)

    wait_until(lambda: application.at("/deeper/next"))
    there = application.at("/deeper/there")[0]
    assert there.method == "GET"
    assert signed_by_twilio(Request("GET", there.url, {}, there.headers, b""), sandbox)
    assert application.at("/deeper/next")[0].form["Digits"] == "12"
    assert application.at("/deeper/next")[0].form["FinishedOnKey"] == "#"


def test_silence_falls_through_a_gather_unless_empty_results_are_wanted(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.script(PHONE, call={"does": "voicemail"})
    application.answers = {
        "/answered": Answer(
            '<Response><Gather timeout="1" action="/one"/>'
            '<Gather timeout="1" actionOnEmptyResult="true" action="/two"/></Response>'
        ),
        "/two": Answer(THANK),
    }

    place(sandbox, application)

    wait_until(lambda: application.at("/two"))
    assert not application.at("/one")
    assert application.at("/two")[0].form["Digits"] == ""


def test_a_caller_id_that_is_not_ours_or_a_number_that_is_none_fails_the_dial(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.script(PHONE, call={"does": "answer"})
    application.answers = {
        "/answered": Answer(f'<Response><Dial callerId="+16135550100" action="/one">{OFFICE}</Dial></Response>'),
        "/one": Answer('<Response><Dial action="/two"><Number>911</Number></Dial></Response>'),
        "/two": Answer(THANK),
    }

    place(sandbox, application)

    wait_until(lambda: application.at("/two"))
    assert application.at("/one")[0].form["DialCallStatus"] == "failed"
    assert application.at("/two")[0].form["DialCallStatus"] == "failed"
    assert sandbox.counts()["alerts"] == {"13214": 1, "13224": 1}


def test_of_several_telephones_the_first_to_answer_hears_a_whisper_and_gets_the_call(
    sandbox: Sandbox, application: Application
) -> None:
    other = "+16135550161"
    sandbox.script(PHONE, call={"does": "answer"})
    sandbox.script(OFFICE, call={"does": "answer", "answer_after_seconds": 2})
    sandbox.script(other, call={"does": "answer", "answer_after_seconds": 2000})
    application.answers = {
        "/answered": Answer(
            f'<Response><Dial action="/returned"><Number url="/whisper">{OFFICE}</Number><Number>{other}</Number>'
            "</Dial></Response>"
        ),
        "/whisper": Answer("<Response><Say>A constituent calls.</Say></Response>"),
        "/returned": Answer(THANK),
    }

    place(sandbox, application)

    wait_until(lambda: application.at("/returned"))
    by_number = {call["to"]: call for call in sandbox.api("GET", "/calls")["calls"]}
    assert by_number[other]["status"] == "canceled"
    assert [line["text"] for line in by_number[OFFICE]["lines"]] == [
        "A constituent calls.",
        "connected with (416) 555-0142",
    ]
    assert application.at("/returned")[0].form["DialCallSid"] == by_number[OFFICE]["sid"]
