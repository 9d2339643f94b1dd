"""What is said and done on the telephone."""

from xml.etree import ElementTree as ET

from services.calls.domain.facts import Returned
from services.calls.web import twiml
from services.calls.web.addresses import CallAddresses
from tests.unit.calls.made import ENGLISH, FRENCH, call, campaign, line

ADDRESSES = CallAddresses("https://act.example.org")


def says(answer: str) -> list[tuple[str | None, str | None]]:
    return [(say.get("voice"), say.text) for say in ET.fromstring(answer).iter("Say")]


def test_a_supporter_hears_who_calls_and_why_before_whom_they_would_talk_to() -> None:
    known = call().dial(line())

    heard = says(twiml.ask_to_confirm(known, campaign(), ADDRESSES))

    assert (
        heard[:3]
        == heard[3:6]
        == [
            ("Polly.Joanna", "Hello. This is Migrant Students United."),
            ("Polly.Joanna", ENGLISH.reason),
            ("Polly.Joanna", "We can connect you now with the office of Ana Dunn. To be connected, press 1."),
        ]
    )


def test_a_reason_that_was_not_written_in_the_supporters_language_has_a_voice_of_its_own() -> None:
    known = call(language="fr").dial(line())

    heard = says(twiml.ask_to_confirm(known, campaign(texts=(ENGLISH,)), ADDRESSES))
    at_home = says(twiml.ask_to_confirm(known, campaign(texts=(ENGLISH, FRENCH)), ADDRESSES))

    assert [voice for voice, _ in heard[:3]] == ["Polly.Chantal", "Polly.Joanna", "Polly.Chantal"]
    assert {voice for voice, _ in at_home} == {"Polly.Chantal"}


def test_an_extension_is_dialled_after_a_pause() -> None:
    known = call().dial(line(extension="12"))

    dialled = ET.fromstring(twiml.connect(known, ADDRESSES, "+14165550101")).find("Dial/Number")

    assert dialled is not None
    assert dialled.get("sendDigits") == "ww12"


def test_nothing_is_ever_recorded_and_no_address_names_a_telephone() -> None:
    known = call().dial(line())
    answers = [
        twiml.ask_to_confirm(known, campaign(), ADDRESSES),
        twiml.connect(known, ADDRESSES, "+14165550101"),
        twiml.ask_what_happened(known.hear(Returned("busy")), ADDRESSES),
        twiml.thank(known),
        twiml.hang_up(),
    ]

    for answer in answers:
        assert "record" not in answer.lower()
        for verb in ET.fromstring(answer).iter():
            addresses = [value for name, value in verb.attrib.items() if name in ("action", "statusCallback")]
            assert all("555" not in address for address in addresses)


def test_each_ending_of_the_office_leg_is_said_in_words_of_its_own() -> None:
    known = call().dial(line())
    first = {
        outcome: says(twiml.ask_what_happened(known.hear(Returned(outcome)), ADDRESSES))[0][1] or ""
        for outcome in ("completed", "busy", "no_answer", "failed", "cancelled")
    }

    assert first["completed"].startswith("Welcome back.")
    assert first["busy"].startswith("The line was busy.")
    assert first["no_answer"].startswith("Nobody answered.")
    assert first["failed"].startswith("The call could not be connected.")
    assert first["cancelled"] == first["completed"]
