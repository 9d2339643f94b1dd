"""Calls through Twilio's SDK: placed, rung, answered, told about, and carried through TwiML to an office and back."""

from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.fixtures.application import Answer, Application, Request
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import CALL_FROM, OFFICE, PHONE, signed_by_twilio, twilio

CONFIRM = """<Response><Gather input="dtmf" numDigits="1" timeout="8" action="/confirmed">
<Say voice="Polly.Joanna" language="en-US">Hello. To be connected, press 1.</Say></Gather>
<Say>Goodbye.</Say><Hangup/></Response>"""
CONNECT = f"""<Response><Say>We are connecting you.</Say>
<Dial action="/returned" timeout="40" timeLimit="1800" hangupOnStar="true" callerId="{CALL_FROM}">
<Number sendDigits="ww204" statusCallback="/office" statusCallbackEvent="initiated ringing answered completed"
>{OFFICE}</Number></Dial></Response>"""
ASK = """<Response><Gather numDigits="1" action="/reported"><Say>What happened?</Say></Gather><Hangup/></Response>"""
THANK = "<Response><Say>Thank you.</Say><Hangup/></Response>"


@pytest.fixture
def campaign(application: Application) -> Application:
    """An application that carries a call as Groundswell does: confirm, connect, ask, thank."""
    application.answers = {
        "/answered": Answer(CONFIRM),
        "/confirmed": Answer(CONNECT),
        "/returned": Answer(ASK),
        "/reported": Answer(THANK),
    }
    return application


def place(sandbox: Sandbox, application: Application, **more: Any) -> Any:
    """Place a call to the supporter's telephone that asks /answered and tells /status."""
    wanted = {
        "url": f"{application.url}/answered",
        "status_callback": f"{application.url}/status",
        "status_callback_event": ["initiated", "ringing", "answered", "completed"],
    }
    return twilio(sandbox).calls.create(to=PHONE, from_=CALL_FROM, **{**wanted, **more})


def statuses(application: Application, path: str = "/status") -> list[str]:
    """The statuses that a status callback was told."""
    return [request.form["CallStatus"] for request in application.at(path)]


def status_of(sandbox: Sandbox, call: Any) -> str:
    return str(getattr(twilio(sandbox).calls(call.sid).fetch(), "status", ""))


def ended(sandbox: Sandbox, call: Any) -> Callable[[], bool]:
    return lambda: status_of(sandbox, call) in ("completed", "busy", "no-answer", "failed", "canceled")


def test_a_supporter_who_confirms_is_connected_and_asked_what_happened(sandbox: Sandbox, campaign: Application) -> None:
    sandbox.script(PHONE, call={"does": "answer", "keys": ["1", "2"]})
    sandbox.script(OFFICE, call={"does": "answer", "talk_seconds": 90})

    call = place(sandbox, campaign)

    wait_until(lambda: statuses(campaign)[-1:] == ["completed"])
    wait_until(lambda: statuses(campaign, "/office")[-1:] == ["completed"])
    assert [request.path for request in campaign.requests if request.path not in ("/status", "/office")] == [
        "/answered",
        "/confirmed",
        "/returned",
        "/reported",
    ]
    assert campaign.at("/confirmed")[0].form["Digits"] == "1"
    returned = campaign.at("/returned")[0].form
    assert returned["DialCallStatus"] == "completed"
    assert returned["DialBridged"] == "true"
    assert int(returned["DialCallDuration"]) >= 85
    assert returned["CallSid"] == call.sid
    assert campaign.at("/reported")[0].form["Digits"] == "2"


def test_each_leg_tells_its_progress_in_order_and_signed(sandbox: Sandbox, campaign: Application) -> None:
    sandbox.script(PHONE, call={"does": "answer"})
    sandbox.script(OFFICE, call={"does": "answer"})

    call = place(sandbox, campaign)

    wait_until(lambda: len(campaign.at("/status")) == 4 and len(campaign.at("/office")) == 4)
    assert statuses(campaign) == ["initiated", "ringing", "in-progress", "completed"]
    assert statuses(campaign, "/office") == ["initiated", "ringing", "in-progress", "completed"]
    assert [request.form["SequenceNumber"] for request in campaign.at("/status")] == ["0", "1", "2", "3"]
    last = campaign.at("/status")[-1].form
    assert last["CallbackSource"] == "call-progress-events"
    assert int(last["CallDuration"]) > 0
    assert last["Timestamp"].endswith("+0000")
    office = campaign.at("/office")[0].form
    assert office["ParentCallSid"] == call.sid
    assert office["Direction"] == "outbound-dial"
    assert (office["From"], office["To"]) == (CALL_FROM, OFFICE)
    assert all(signed_by_twilio(request, sandbox) for request in campaign.requests)


@pytest.mark.parametrize(
    ("does", "status"),
    [("refuse", "busy"), ("busy", "busy"), ("no_answer", "no-answer"), ("fail", "failed")],
)
def test_a_supporter_who_cannot_be_reached_ends_the_call_unanswered(
    sandbox: Sandbox, campaign: Application, does: str, status: str
) -> None:
    sandbox.script(PHONE, call={"does": does})

    call = place(sandbox, campaign, timeout=5)

    wait_until(lambda: statuses(campaign)[-1:] == [status])
    assert status_of(sandbox, call) == status
    assert campaign.at("/status")[-1].form["CallDuration"] == "0"
    assert not campaign.at("/answered")


def test_a_voicemail_hears_the_greeting_and_presses_nothing(sandbox: Sandbox, campaign: Application) -> None:
    sandbox.script(PHONE, call={"does": "voicemail"})

    call = place(sandbox, campaign)

    wait_until(ended(sandbox, call))
    assert not campaign.at("/confirmed")
    said = [line["text"] for line in sandbox.api("GET", f"/calls/{call.sid}")["lines"] if line["kind"] == "said"]
    assert said == ["Hello. To be connected, press 1.", "Goodbye."]


@pytest.mark.parametrize(
    ("does", "status"),
    [("busy", "busy"), ("no_answer", "no-answer"), ("refuse", "busy"), ("voicemail", "completed"), ("fail", "failed")],
)
def test_the_action_is_told_what_became_of_the_office(
    sandbox: Sandbox, campaign: Application, does: str, status: str
) -> None:
    sandbox.script(PHONE, call={"does": "answer"})
    sandbox.script(OFFICE, call={"does": does})

    place(sandbox, campaign)

    wait_until(lambda: campaign.at("/returned"))
    assert campaign.at("/returned")[0].form["DialCallStatus"] == status
    wait_until(lambda: campaign.at("/reported"))


def test_who_hangs_up_half_way_leaves_the_office_and_the_action_is_still_asked(
    sandbox: Sandbox, campaign: Application
) -> None:
    sandbox.script(PHONE, call={"does": "hang_up_half_way", "keys": ["1", "1"]})
    sandbox.script(OFFICE, call={"does": "answer", "talk_seconds": 600})

    call = place(sandbox, campaign)

    wait_until(lambda: campaign.at("/returned"))
    returned = campaign.at("/returned")[0].form
    assert returned["CallStatus"] == "completed"
    assert returned["DialCallStatus"] == "completed"
    assert status_of(sandbox, call) == "completed"
    assert not campaign.at("/reported")


def test_a_person_answers_presses_and_plays_the_office(sandbox: Sandbox, campaign: Application) -> None:
    call = place(sandbox, campaign)

    wait_until(lambda: sandbox.api("GET", f"/calls/{call.sid}")["status"] == "ringing")
    sandbox.api("POST", f"/phones/{PHONE}/answer")
    wait_until(lambda: sandbox.api("GET", f"/calls/{call.sid}")["lines"])
    sandbox.api("POST", f"/phones/{PHONE}/keys", {"keys": "1"})
    wait_until(lambda: sandbox.ask("POST", f"/sandbox/api/phones/{OFFICE}/answer")[0] == 200)
    wait_until(lambda: sandbox.api("GET", f"/calls/{call.sid}")["bridged_to"] == OFFICE)
    sandbox.api("POST", f"/phones/{PHONE}/keys", {"keys": "*"})

    wait_until(lambda: campaign.at("/returned"))
    assert campaign.at("/returned")[0].form["DialCallStatus"] == "completed"
    assert status_of(sandbox, call) == "in-progress"
    wait_until(lambda: sandbox.api("GET", f"/calls/{call.sid}")["lines"][-1]["text"] == "What happened?")
    sandbox.api("POST", f"/phones/{PHONE}/hang-up")
    wait_until(ended(sandbox, call))


def test_a_person_who_declines_is_busy_and_a_second_call_finds_the_line_engaged(
    sandbox: Sandbox, campaign: Application
) -> None:
    first = place(sandbox, campaign)
    wait_until(lambda: status_of(sandbox, first) == "ringing")
    second = place(sandbox, campaign)

    wait_until(lambda: status_of(sandbox, second) == "busy")
    sandbox.api("POST", f"/phones/{PHONE}/decline")

    assert status_of(sandbox, first) == "busy"


def test_a_telephone_that_nobody_answers_rings_until_the_timeout(sandbox: Sandbox, campaign: Application) -> None:
    call = place(sandbox, campaign, timeout=1)

    wait_until(ended(sandbox, call))

    assert status_of(sandbox, call) == "no-answer"


def test_a_call_is_completed_canceled_and_redirected_through_the_api(sandbox: Sandbox, campaign: Application) -> None:
    ringing = place(sandbox, campaign)
    wait_until(lambda: status_of(sandbox, ringing) == "ringing")
    twilio(sandbox).calls(ringing.sid).update(status="canceled")
    assert status_of(sandbox, ringing) == "canceled"

    talking = place(sandbox, campaign)
    wait_until(lambda: sandbox.ask("POST", f"/sandbox/api/phones/{PHONE}/answer")[0] == 200)
    twilio(sandbox).calls(talking.sid).update(twiml="<Response><Say>News.</Say><Pause length='600'/></Response>")
    wait_until(lambda: "News." in [line["text"] for line in sandbox.api("GET", f"/calls/{talking.sid}")["lines"]])
    twilio(sandbox).calls(talking.sid).update(status="completed")

    assert status_of(sandbox, talking) == "completed"
    with pytest.raises(TwilioRestException) as refused:
        twilio(sandbox).calls(talking.sid).update(status="completed")
    assert refused.value.code == 21220


def test_calls_are_listed_by_number_and_status_over_several_pages(sandbox: Sandbox, campaign: Application) -> None:
    sandbox.script(PHONE, call={"does": "busy"})
    placed = [place(sandbox, campaign) for _ in range(5)]
    wait_until(lambda: all(status_of(sandbox, call) == "busy" for call in placed))

    client = twilio(sandbox)

    assert [call.sid for call in client.calls.list(to=PHONE, page_size=2)] == [call.sid for call in reversed(placed)]
    assert len(client.calls.list(from_=CALL_FROM, status="busy")) == 5
    assert client.calls.list(status="completed") == []
    assert client.calls.list(to=OFFICE) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": ""}, 21201),
        ({"from_": ""}, 21213),
        ({"to": "+1416555"}, 21211),
        ({"from_": "+14165550155"}, 21210),
        ({"to": CALL_FROM}, 21266),
        ({"to": "+442079460000"}, 21215),
        ({"to": "+14165550198"}, 21214),
        ({"to": "+14165550199"}, 21216),
        ({"url": "nowhere"}, 21205),
        ({"url": "http://under_score.example.org/"}, 21205),
        ({"timeout": 601}, 21208),
        ({"status_callback": "nowhere"}, 21609),
        ({"status_callback_event": ["sometimes"]}, 21626),
        ({"application_sid": "AP" + "0" * 32}, 21218),
    ],
)
def test_a_call_that_twilio_would_refuse_is_refused_with_its_code(
    sandbox: Sandbox, application: Application, wrong: dict[str, Any], code: int
) -> None:
    wanted = {"to": PHONE, "from_": CALL_FROM, "url": f"{application.url}/answered", **wrong}

    with pytest.raises(TwilioRestException) as refused:
        twilio(sandbox).calls.create(**wanted)

    assert refused.value.code == code
    assert refused.value.status == 400


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


def test_a_call_from_a_telephone_is_answered_or_rejected_by_the_voice_webhook(
    sandbox: Sandbox, application: Application
) -> None:
    application.answers["/voice"] = Answer("<Response><Say>Welcome.</Say></Response>")
    answered = sandbox.api("POST", f"/phones/{PHONE}/dial")
    wait_until(lambda: sandbox.api("GET", f"/calls/{answered['sid']}")["status"] == "completed")

    application.answers["/voice"] = Answer('<Response><Reject reason="busy"/></Response>')
    rejected = sandbox.api("POST", f"/phones/{PHONE}/dial")

    wait_until(lambda: sandbox.api("GET", f"/calls/{rejected['sid']}")["status"] == "busy")
    first = application.at("/voice")[0].form
    assert (first["Direction"], first["CallStatus"], first["From"]) == ("inbound", "ringing", PHONE)


def test_calls_per_second_and_concurrent_calls_are_limited_as_the_account_has_it(
    sandbox: Sandbox, campaign: Application
) -> None:
    sandbox.pace(calls_per_second=0.0001)
    placed = [place(sandbox, campaign) for _ in range(2)]
    wait_until(lambda: status_of(sandbox, placed[0]) == "ringing")
    assert status_of(sandbox, placed[1]) == "queued"
    twilio(sandbox).calls(placed[1].sid).update(status="canceled")
    sandbox.pace(calls_per_second=None, concurrent_calls=1)

    with pytest.raises(TwilioRestException) as refused:
        place(sandbox, campaign)

    assert (refused.value.status, refused.value.code) == (429, 10004)


def test_an_office_with_one_line_is_busy_for_the_second_caller(start_sandbox: Start, campaign: Application) -> None:
    sandbox = start_sandbox()
    sandbox.pace(speed=50)
    phones = [PHONE, "+14165550143"]
    for phone in phones:
        sandbox.script(phone, call={"does": "answer"})
    sandbox.script(OFFICE, call={"does": "answer", "lines": 1, "talk_seconds": 600})

    for phone in phones:
        twilio(sandbox).calls.create(to=phone, from_=CALL_FROM, url=f"{campaign.url}/answered")

    wait_until(lambda: len(campaign.at("/returned")) == 1)
    assert campaign.at("/returned")[0].form["DialCallStatus"] == "busy"
