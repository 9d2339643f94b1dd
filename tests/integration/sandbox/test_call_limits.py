"""Calls that Twilio refuses, holds back or finds busy."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.calling import place, status_of
from tests.integration.sandbox.sdk import CALL_FROM, OFFICE, PHONE, twilio


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
