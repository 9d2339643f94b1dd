"""Calls through Twilio's SDK: placed, rung, answered, told about, and carried to an office and back."""

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.fixtures.application import Answer, Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.calling import ended, place, status_of, statuses
from tests.integration.sandbox.sdk import CALL_FROM, OFFICE, PHONE, signed_by_twilio, twilio


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
