"""The rules of calls: scripts, and how TwiML is read."""

from typing import Any

import pytest

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.calls.scripts import CallScript, ScriptIsWrong, Scripts, call_script_from
from deploy.sandbox.calls.twiml import ApplicationError, verbs_in

PHONE, OFFICE = "+14165550142", "+16135550160"


def test_a_script_of_its_own_comes_before_that_of_all_and_special_endings_before_both() -> None:
    scripts = Scripts({OFFICE: object()})
    scripts.of_supporters = CallScript("answer")
    scripts.of_offices = CallScript("voicemail")
    scripts.set_phone(PHONE, CallScript("refuse"))

    def does(number: str) -> str | None:
        script = scripts.of_phone(number)
        return script.does if script else None

    assert does(PHONE) == "refuse"
    assert does("+14165550143") == "answer"
    assert does(OFFICE) == "voicemail"
    assert does("+14165550191") == "no_answer"
    scripts.clear()
    assert does(PHONE) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "answer",
        {"does": "dance"},
        {"keys": "1"},
        {"keys": [""]},
        {"keys": ["A"]},
        {"talk_seconds": True},
        {"answer_after_seconds": -1},
        {"lines": 0},
        {"mood": "good"},
    ],
)
def test_a_script_that_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ScriptIsWrong):
        call_script_from(wrong)


def test_a_script_is_read_with_what_it_leaves_out() -> None:
    assert call_script_from(None) is None
    assert call_script_from({"does": "voicemail"}) == CallScript("voicemail")
    assert call_script_from({"keys": ["1", "12#"], "lines": 2}) == CallScript(keys=("1", "12#"), lines=2)


def test_verbs_are_read_with_their_attributes_and_what_is_in_them() -> None:
    alerts = Alerts()
    text = """<?xml version="1.0" encoding="UTF-8"?><Response><!-- greeting --><Gather numDigits="1" timeout="4">
    <Say language="fr-CA">Bonjour <break strength="weak"/> et <emphasis>merci</emphasis></Say></Gather>
    <Dial callerId="+14165550101"><Number sendDigits="ww7"> +16135550160 </Number></Dial></Response>"""

    gather, dial = verbs_in(text, alerts, "CA1")

    assert gather.nested[0].text == "Bonjour et merci"
    assert gather.number("timeout", 5, alerts, "CA1") == 4
    assert gather.number("missing", 5, alerts, "CA1") == 5
    assert (dial.nested[0].text, dial.nested[0].get("sendDigits")) == ("+16135550160", "ww7")
    assert alerts.latest() == []


def test_a_number_that_is_none_is_noted_and_the_default_taken() -> None:
    alerts = Alerts()
    (gather,) = verbs_in('<Response><Gather timeout="soon"/></Response>', alerts, "CA1")

    assert gather.number("timeout", 5, alerts, "CA1", 13313) == 5
    assert alerts.counts == {13313: 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 12100),
        ("Hello", 12100),
        ("<Response>", 12100),
        ("<response/>", 12100),
        ("<Response><say>Hello</say></Response>", 12200),
        ("<Response><Record/></Response>", 12200),
        ("<Response><Gather><Dial>+16135550160</Dial></Gather></Response>", 12200),
        ("<Response><Dial><Client>someone</Client></Dial></Response>", 12200),
    ],
)
def test_what_cannot_be_played_ends_the_call_with_its_code(text: str, code: int) -> None:
    with pytest.raises(ApplicationError) as error:
        verbs_in(text, Alerts(), "CA1")

    assert error.value.code == code
