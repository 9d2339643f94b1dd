"""STOP silences a telephone for all who have it, and only START from there brings back what they had agreed to."""

import pytest

from services.notifications.storage.suppressions import Why
from services.notifications.storage.tables import suppressions
from services.notifications.use_cases.unsubscribe import unsubscribe
from shared.clock import now
from shared.domain_events.notifications import ConsentGiven, ConsentWithdrawn, MessageSettled
from tests.integration.notifications.house import House, announcement, person, rally
from tests.integration.notifications.texting import answers, heard, sent

ADA, BEN = person(1), person(2, language="fr")
# They share a telephone.
TWIN = person(3, phone=ADA.phone, agrees_to=("text", "call"))


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


@pytest.mark.parametrize(
    ("word", "language"), [("STOP", "en"), ("Arrêt", "fr"), ("ARRET", "fr"), ("unsubscribe", "en")]
)
def test_stop_silences_every_channel_of_a_telephone(house: House, word: str, language: str) -> None:
    house.sign(ADA)

    house.write(ADA, word)

    row = house.contact(ADA)
    assert (row.may_text, row.may_call, row.may_email) == (False, False, True)
    assert {(one.channel, one.source) for one in house.posted(ConsentWithdrawn)} == {("text", "text"), ("call", "text")}
    assert [(row.address_id, row.reason) for row in house.rows(suppressions)] == [(house.phone_id(ADA), "stop")]
    assert heard(house) == [(house.id_of(ADA), "stop", None, None)]
    assert answers(house) == [("stopped", language, house.id_of(ADA))]


def test_stop_silences_everybody_who_has_the_telephone(house: House) -> None:
    house.sign(ADA, TWIN, BEN)

    house.write(ADA, "STOP")

    for who in (ADA, TWIN):
        assert (house.contact(who).may_text, house.contact(who).may_call) == (False, False)
        assert house.said(who)[-2:] == [("call", "withdrawn", "text"), ("text", "withdrawn", "text")]
    assert house.contact(BEN).may_text is True
    assert {one.supporter_id for one in house.posted(ConsentWithdrawn)} == {house.id_of(ADA), house.id_of(TWIN)}
    assert len(answers(house)) == 1


def test_what_is_planned_for_a_silenced_telephone_is_dropped_and_told(house: House) -> None:
    house.sign(ADA, TWIN)

    house.write(ADA, "STOP")

    dropped = house.ledger(state="dropped")
    assert {(row.channel, row.reason) for row in dropped} == {("text", "no_consent")}
    assert {row.supporter_id for row in dropped} == {house.id_of(ADA), house.id_of(TWIN)}
    assert {row.kind for row in house.ledger(state="planned")} == {"thanks", "letter", "stopped"}
    assert {row.channel for row in house.ledger(state="planned", kind="thanks")} == {"email"}
    assert {one.message_id for one in house.posted(MessageSettled)} == {str(row.id) for row in dropped}


def test_a_second_stop_is_not_confirmed_again(house: House) -> None:
    house.sign(ADA)

    house.write(ADA, "STOP")
    house.write(ADA, "STOP")

    assert len(answers(house)) == 1
    assert len(heard(house)) == 2


def test_start_reaches_those_again_who_had_agreed(house: House) -> None:
    house.sign(ADA, TWIN)
    house.write(ADA, "STOP")

    house.write(ADA, "START")

    assert (house.contact(ADA).may_text, house.contact(ADA).may_call) == (True, False)
    assert (house.contact(TWIN).may_text, house.contact(TWIN).may_call) == (True, True)
    assert house.rows(suppressions) == []
    assert house.said(ADA)[-1] == ("text", "given", "text")
    again = [(one.supporter_id, one.channel, one.source) for one in house.posted(ConsentGiven) if one.source == "text"]
    assert sorted(again) == sorted(
        [
            (house.id_of(ADA), "text", "text"),
            (house.id_of(TWIN), "text", "text"),
            (house.id_of(TWIN), "call", "text"),
        ]
    )
    assert [kind for kind, _, _ in answers(house)] == ["stopped", "started"]


def test_start_is_no_consent_of_somebody_who_never_agreed(house: House) -> None:
    quiet = person(4, agrees_to=())
    house.sign(quiet)

    house.write(quiet, "STOP")
    house.write(quiet, "START")

    assert house.contact(quiet).may_text is False
    assert house.posted(ConsentGiven) == []
    assert [kind for kind, _, _ in answers(house)] == ["stopped", "help"]


def test_start_brings_nothing_back_that_was_ended_by_the_link_in_an_email(house: House) -> None:
    house.sign(ADA)
    house.ask(lambda records: unsubscribe(house.id_of(ADA), records, now()))
    house.write(ADA, "STOP")

    house.write(ADA, "START")

    assert (house.contact(ADA).may_text, house.contact(ADA).may_email) == (True, False)


def test_a_strangers_stop_is_kept_by_number(house: House) -> None:
    stranger = person(9)

    house.write(stranger, "STOP")

    assert house.ask(lambda records: records.suppressions.among([house.phone_id(stranger)])) == {
        house.phone_id(stranger): Why.STOP
    }


def test_after_stop_only_stop_help_and_start_are_answered(house: House) -> None:
    house.sign(ADA)
    house.hear(rally(announced=announcement()))
    sent(house)
    house.write(ADA, "STOP")

    house.write(ADA, "YES")
    house.write(ADA, "What?")
    house.write(ADA, "HELP")

    assert [kind for kind, _, _ in answers(house)] == ["stopped", "help"]
    assert ("yes", "toronto-rally") in [(meaning, about) for _, meaning, about, _ in heard(house)]


def test_a_yes_that_the_carrier_takes_for_a_start_lifts_a_stop_and_otherwise_says_yes(house: House) -> None:
    house.sign(ADA)
    house.hear(rally(announced=announcement()))
    sent(house)

    house.write(ADA, "YES", opt_out_type="START")
    house.write(ADA, "STOP", opt_out_type="STOP")
    house.write(ADA, "YES", opt_out_type="START")

    assert [meaning for _, meaning, _, _ in heard(house)] == ["yes", "stop", "start"]
    assert house.contact(ADA).may_text is True
    assert [kind for kind, _, _ in answers(house)] == ["coming"]
