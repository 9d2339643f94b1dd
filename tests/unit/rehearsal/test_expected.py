"""What should come of people's plans."""

from collections.abc import Callable

import pytest
from hypothesis import given

from deploy.demo.load import invent_demo
from deploy.rehearsal import expected
from deploy.rehearsal.expected import ENDINGS, Expected, ending_of, keys_of, office_behaviour, riding_called
from deploy.rehearsal.people import Supporter, invent
from deploy.rehearsal.place import DEMO_PEOPLE
from deploy.sandbox.represent.postal_codes import (
    NO_TELEPHONE,
    SPANNING,
    SUPERSEDED,
    UNKNOWN_POSTAL_CODE,
    VACANT,
    codes_of,
)
from tests.unit.rehearsal.made import CODES, ON_THE_PHONE, crowds, somebody

BUSY_OFFICE, SILENT_OFFICE, VOICEMAIL_OFFICE = "M5J9Z9", "H7N9Z9", "R3B9Z9"


@given(crowds())
def test_every_call_comes_to_one_of_the_endings(crowd: Expected) -> None:
    assert sum(crowd.endings.values()) == len(crowd.callers)
    assert set(crowd.endings) <= set(ENDINGS)


@given(crowds())
def test_nobody_is_called_twice(crowd: Expected) -> None:
    assert len(set(crowd.callers)) == len(crowd.callers)


@given(crowds())
def test_whoever_stops_is_neither_texted_again_nor_called(crowd: Expected) -> None:
    stopped = set(crowd.stopped)

    assert not stopped & {*crowd.still_texted, *crowd.callers}
    assert stopped | set(crowd.still_texted) == set(crowd.texted)


@given(crowds())
def test_an_invitation_is_answered_once(crowd: Expected) -> None:
    answers = [*crowd.coming, *crowd.stopped, *crowd.helped]

    assert len(answers) == len(set(answers))
    assert set(answers) <= set(crowd.texted)


@given(crowds())
def test_all_messages_are_those_of_the_single_stages(crowd: Expected) -> None:
    thanks, invitations, calls = len(crowd.texted), len(crowd.texted), len(crowd.still_texted)

    assert crowd.all_texts == thanks + invitations + len(crowd.coming) + calls
    assert crowd.all_emails == 3 * len(crowd.emailed) + 2 * len(crowd.people)


@pytest.mark.parametrize("plan", ON_THE_PHONE)
@pytest.mark.parametrize("code", CODES)
def test_wherever_somebody_lives_and_whatever_they_do_their_call_ends(plan: str, code: str) -> None:
    person = somebody(on_the_phone=plan, postal_code=code)

    assert ending_of(person) in ENDINGS
    assert keys_of(person)[0] == "1"


@pytest.mark.parametrize(
    ("code", "ending", "key"),
    [
        (BUSY_OFFICE, expected.OFFICE_BUSY, "5"),
        (SILENT_OFFICE, expected.OFFICE_SILENT, "5"),
        (VOICEMAIL_OFFICE, expected.LEFT_MESSAGE, "2"),
        ("M5S9Z9", expected.TALKED, "1"),
    ],
)
def test_who_answers_reports_what_the_office_did(code: str, ending: str, key: str) -> None:
    person = somebody(postal_code=code)

    assert (ending_of(person), keys_of(person)[1]) == (ending, key)


@pytest.mark.parametrize(
    ("plan", "ending"),
    [
        ("hang_up_half_way", expected.HUNG_UP),
        ("voicemail", expected.NOT_CONFIRMED),
        ("no_answer", expected.NOT_ANSWERED),
        ("busy", expected.NOT_ANSWERED),
        ("refuse", expected.NOT_ANSWERED),
    ],
)
def test_the_supporters_own_end_of_the_line_ends_it_first(plan: str, ending: str) -> None:
    assert ending_of(somebody(on_the_phone=plan, postal_code=BUSY_OFFICE)) == ending


@pytest.mark.parametrize("code", [*codes_of(VACANT), *codes_of(NO_TELEPHONE), UNKNOWN_POSTAL_CODE])
def test_where_no_member_can_be_rung_the_fallback_is(code: str) -> None:
    assert riding_called(code) is None
    assert office_behaviour(None) == "answer"


@pytest.mark.parametrize("code", [*codes_of(SPANNING), *codes_of(SUPERSEDED)])
def test_where_there_are_several_ridings_the_first_is_called(code: str) -> None:
    assert riding_called(code) is not None


@pytest.mark.parametrize(
    ("person", "group"),
    [
        (somebody(replies_yes=True), lambda them: them.coming),
        (somebody(replies_stop=True), lambda them: them.stopped),
        (somebody(replies_help=True), lambda them: them.helped),
        (somebody(replies_call=True), lambda them: them.callers),
        (somebody(consent_call=True), lambda them: them.rung),
        (somebody(consent_call=True, consent_text=False, replies_stop=True), lambda them: them.rung),
    ],
)
def test_who_answers_is_expected_to(person: Supporter, group: Callable[[Expected], list[Supporter]]) -> None:
    assert group(Expected([person])) == [person]


@pytest.mark.parametrize(
    "person",
    [
        somebody(consent_text=False, replies_yes=True, replies_call=True),
        somebody(phone=None, replies_yes=True, consent_call=True),
        somebody(replies_stop=True, consent_call=True),
    ],
)
def test_nothing_is_expected_of_whom_nothing_may_reach(person: Supporter) -> None:
    them = Expected([person])

    assert them.coming == them.callers == []


def test_the_board_of_the_demo_shows_every_ending() -> None:
    them = Expected(invent_demo())

    assert set(them.endings) == set(ENDINGS)
    assert them.coming
    assert len({person.surname for person in them.people}) == DEMO_PEOPLE


def test_forty_people_are_enough_for_every_answer_and_every_ending() -> None:
    them = Expected(invent(40, CODES, first=DEMO_PEOPLE))

    assert set(them.endings) == set(ENDINGS)
    assert them.rung
    for group in (them.coming, them.stopped, them.helped, them.callers):
        assert {person.language for person in group} == {"en", "fr"}
