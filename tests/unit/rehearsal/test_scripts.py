"""What invented telephones do by themselves."""

import re
from typing import Any

import pytest

from deploy.rehearsal.campaign import CALL_IN_DAY
from deploy.rehearsal.forms import call_to_action, invitation
from deploy.rehearsal.scripts import CALL_TO_ACTION, INVITATION, STOPS, scripts
from deploy.sandbox.calls.scripts import call_script_from
from deploy.sandbox.represent.directory import OFFICE_NUMBERS
from deploy.sandbox.texts.replies import rules_from
from services.notifications.domain.reply_meaning import Meaning, read_meaning
from tests.unit.rehearsal.made import somebody

PHONE = "+14165550142"


def answers(**given: Any) -> dict[str, str]:
    """What somebody's telephone answers to what."""
    replies = scripts([somebody(**given)])[PHONE]["replies"]
    return {reply["when"]: reply["answer"] for reply in replies}


def test_the_sandbox_takes_every_script() -> None:
    for number, script in scripts([somebody(replies_yes=True, replies_call=True)]).items():
        assert rules_from(script.get("replies", [])) or number != PHONE
        assert call_script_from(script["call"]) is not None


def test_every_office_and_the_fallback_has_one() -> None:
    assert set(scripts([])) == {*OFFICE_NUMBERS, CALL_IN_DAY.fallback_number}


def test_who_has_no_telephone_has_none() -> None:
    assert set(scripts([somebody(phone=None)])) == set(scripts([]))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_supporter_answers_each_text_with_what_it_asks_for(language: str) -> None:
    written = answers(language=language, replies_yes=True, replies_call=True)

    assert read_meaning(written[INVITATION]).meaning == Meaning.YES
    assert read_meaning(written[CALL_TO_ACTION]).meaning == Meaning.CALL


@pytest.mark.parametrize("language", ["en", "fr"])
def test_stop_and_help_are_said_in_the_supporters_language(language: str) -> None:
    stop = answers(language=language, replies_stop=True)[INVITATION]
    help_ = answers(language=language, replies_help=True)[INVITATION]

    assert (read_meaning(stop).meaning, read_meaning(stop).language) == (Meaning.STOP, language)
    assert (read_meaning(help_).meaning, read_meaning(help_).language) == (Meaning.HELP, language)
    assert stop in STOPS


def test_who_plans_no_answer_gives_none() -> None:
    assert answers() == {}


@pytest.mark.parametrize(
    ("pattern", "announcement"), [(INVITATION, invitation("c")), (CALL_TO_ACTION, call_to_action("c"))]
)
def test_an_announcement_is_recognized_in_both_languages(pattern: str, announcement: Any) -> None:
    assert [bool(re.search(pattern, words.text)) for words in announcement.words] == [True, True]
