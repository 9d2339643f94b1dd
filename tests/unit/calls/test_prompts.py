"""What a supporter hears."""

from services.calls.domain.call import Aim
from services.calls.domain.carrier_words import REPORT_KEYS
from services.calls.domain.prompts import ENGLISH, FRENCH, prompts
from tests.unit.calls.made import MINISTER, call, line


def test_every_language_has_a_voice_and_names_every_key() -> None:
    for language, voice in (("en", "Polly.Joanna"), ("fr", "Polly.Chantal")):
        said = prompts(language)

        assert said.voice == voice
        assert "{caller}" in said.greeting
        assert "{whom}" in said.offer
        assert all(f" {key}" in said.question for key in REPORT_KEYS)


def test_a_fallback_is_named_as_the_organizer_wrote_it() -> None:
    to_minister = call(aim=Aim.FALLBACK).dial(line(target_name=MINISTER.name))

    assert ENGLISH.whom(to_minister) == "Office of the Minister"
    assert FRENCH.whom(call().dial(line())) == "le bureau de Ana Dunn"
