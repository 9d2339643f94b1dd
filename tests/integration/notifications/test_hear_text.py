"""Somebody writes us a text: STOP silences, HELP answers, YES and CALL are told with what they are about."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from services.notifications.storage.suppressions import Why
from services.notifications.storage.tables import contacts, deliveries, replies, suppressions
from services.notifications.use_cases.remember_contact import SEALED_AS
from services.notifications.use_cases.unsubscribe import unsubscribe
from shared.clock import now
from shared.domain_events.calls import CallFinished
from shared.domain_events.events import GatheringCancelled, GatheringChanged
from shared.domain_events.notifications import ConsentGiven, ConsentWithdrawn, MessageSettled, ReplyReceived
from tests.integration.notifications.house import House, Person, announcement, call_in_day, person, rally

ADA, BEN = person(1), person(2, language="fr")
# They share a telephone.
TWIN = person(3, phone=ADA.phone, agrees_to=("text", "call"))


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as moment:
        yield moment


def sent(house: House, **which: str) -> None:
    """As if everything planned by a broadcast had gone out."""
    house.work()
    house.set_states("accepted", kind="announcement", **which)


def answers(house: House) -> list[tuple[str, str, str]]:
    """What texts were answered: the kind, the language, and to whom."""
    return [(row.kind, row.language, row.supporter_id) for row in house.ledger(channel="text", lane=0)]


def heard(house: House) -> list[tuple[str, str, str | None, str | None]]:
    """What was told of replies: who, the meaning, and what they are about."""
    found = house.posted(ReplyReceived)
    return [(one.supporter_id, one.meaning, one.gathering, one.call_campaign) for one in found]


def test_a_text_that_twilio_did_not_sign_is_refused(house: House) -> None:
    assert house.write(ADA, "STOP", signed=False).status_code == 403
    assert house.rows(replies) == []


def test_twilio_is_answered_with_nothing_to_say(house: House) -> None:
    answer = house.write(ADA, "HELP")

    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert answer.text.endswith("<Response/>")


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


def test_a_text_that_is_told_twice_is_heard_and_answered_once(house: House) -> None:
    house.sign(ADA)

    first, second = (house.write(ADA, "STOP", sid="SM1") for _ in range(2))

    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert len(answers(house)) == len(heard(house)) == 1
    assert len(house.posted(ConsentWithdrawn)) == 2


def test_a_second_stop_is_not_confirmed_again(house: House) -> None:
    house.sign(ADA)

    house.write(ADA, "STOP")
    house.write(ADA, "STOP")

    assert len(answers(house)) == 1
    assert len(heard(house)) == 2


@pytest.mark.parametrize("keyword", ["STOP", "START", "HELP"])
def test_what_the_carrier_answers_itself_is_not_answered_by_us(house: House, keyword: str) -> None:
    house.sign(ADA)

    house.write(ADA, keyword, opt_out_type=keyword)

    assert answers(house) == []
    assert heard(house) == [(house.id_of(ADA), keyword.lower(), None, None)]


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


@pytest.mark.parametrize(("word", "language"), [("HELP", "en"), ("AIDE", "fr"), ("info", "fr")])
def test_help_is_answered_at_any_point_in_the_language_of_its_keyword(house: House, word: str, language: str) -> None:
    house.sign(BEN)
    house.write(BEN, "ARRET")

    house.write(BEN, word)

    assert answers(house)[-1] == ("help", language, house.id_of(BEN))


def test_a_stranger_is_answered_and_forgotten_within_a_day(house: House, moment: time_machine.Traveller) -> None:
    stranger = person(9)

    house.write(stranger, "AIDE")

    row = house.rows(contacts)[0]
    assert house.backbone.vault.open(row.supporter_id, row.sealed, SEALED_AS) == {"phone": stranger.phone}
    assert (row.may_text, row.may_call, row.campaigns) == (False, False, [])
    assert answers(house) == [("help", "fr", house.phone_id(stranger))]
    assert heard(house) == []
    moment.shift(timedelta(days=1, minutes=1))
    house.tidy()
    assert house.rows(contacts) == []


def test_a_strangers_stop_is_kept_by_number(house: House) -> None:
    stranger = person(9)

    house.write(stranger, "STOP")

    assert house.ask(lambda records: records.suppressions.among([house.phone_id(stranger)])) == {
        house.phone_id(stranger): Why.STOP
    }


def test_a_stranger_who_signs_later_is_a_supporter_like_any_other(house: House) -> None:
    late = person(9, email=None, agrees_to=("text",))
    house.write(late, "HELP")

    house.sign(late)

    assert house.contact(late).may_text is True
    assert len(house.ledger(kind="thanks")) == 1


def test_a_short_code_is_not_answered(house: House) -> None:
    assert house.write("12345", "HELP").status_code == 200
    assert house.rows(replies) == []


def test_a_text_without_an_id_is_refused(house: House) -> None:
    assert house.write(ADA, "HELP", sid="").status_code == 400
    assert house.rows(replies) == []


def test_yes_says_that_somebody_comes_to_what_they_were_told_of(house: House) -> None:
    house.sign(ADA, BEN)
    house.hear(rally(announced=announcement()))
    sent(house)

    house.write(ADA, "Yes!")
    house.write(BEN, "Oui")

    assert heard(house) == [
        (house.id_of(ADA), "yes", "toronto-rally", None),
        (house.id_of(BEN), "yes", "toronto-rally", None),
    ]
    assert answers(house) == [("coming", "en", house.id_of(ADA)), ("coming", "fr", house.id_of(BEN))]
    assert {row.about for row in house.ledger(kind="coming")} == {str(house.broadcast().id)}
    assert {row.broadcast_id for row in house.ledger(kind="coming")} == {None}


def test_no_is_told_with_the_same_gathering_and_not_answered(house: House) -> None:
    house.sign(ADA)
    house.hear(rally(announced=announcement()))
    sent(house)

    house.write(ADA, "NO")

    assert heard(house) == [(house.id_of(ADA), "no", "toronto-rally", None)]
    assert answers(house) == []


def test_yes_means_the_gathering_they_were_told_of_last(house: House) -> None:
    house.sign(ADA)
    for slug in ("toronto-rally", "mississauga-rally"):
        house.hear(rally(announced=announcement(), gathering=slug))
        sent(house)

    house.write(ADA, "YES")

    assert heard(house) == [(house.id_of(ADA), "yes", "mississauga-rally", None)]


def test_yes_is_no_answer_to_what_was_not_sent_yet_or_is_over(house: House, moment: time_machine.Traveller) -> None:
    house.sign(ADA)
    house.hear(rally(announced=announcement(), gathering="next-week"))
    sent(house)
    house.hear(rally(announced=announcement(), gathering="not-told-yet", ends_at=now() + timedelta(days=30)))
    house.work()
    moment.shift(timedelta(days=8))

    house.write(ADA, "YES")

    assert heard(house) == [(house.id_of(ADA), "yes", None, None)]
    assert [kind for kind, _, _ in answers(house)] == ["not_understood"]


def test_yes_to_a_gathering_that_was_called_off_is_too_late(house: House) -> None:
    house.sign(ADA)
    house.hear(rally(announced=announcement()))
    sent(house)
    house.hear(rally(GatheringCancelled, announced=announcement()))
    sent(house)

    house.write(ADA, "YES")

    assert heard(house) == [(house.id_of(ADA), "yes", None, None)]


def test_call_asks_for_a_call_and_is_answered_by_the_call_itself(house: House) -> None:
    house.sign(ADA)
    house.hear(call_in_day(announcement()))
    sent(house)

    house.write(ADA, "call")

    assert heard(house) == [(house.id_of(ADA), "call", None, "call-in-day")]
    assert answers(house) == []


def test_call_and_yes_are_each_about_what_fits_them(house: House) -> None:
    house.sign(ADA)
    house.hear(call_in_day(announcement()))
    sent(house)
    house.hear(rally(announced=announcement()))
    sent(house)

    house.write(ADA, "CALL")
    house.write(ADA, "YES")

    assert heard(house) == [
        (house.id_of(ADA), "call", None, "call-in-day"),
        (house.id_of(ADA), "yes", "toronto-rally", None),
    ]


def test_who_was_told_by_email_may_text_call_too(house: House) -> None:
    reader = person(5, agrees_to=("email",))
    house.sign(reader)
    house.hear(call_in_day(announcement()))
    sent(house)

    house.write(reader, "CALL")

    assert heard(house) == [(house.id_of(reader), "call", None, "call-in-day")]


@pytest.mark.parametrize("told", [ADA, TWIN])
def test_of_those_who_share_a_telephone_the_one_who_was_told_last_is_meant(house: House, told: Person) -> None:
    house.sign(ADA, TWIN)
    house.hear(call_in_day(announcement()))
    sent(house)
    by_text = house.ledger(kind="announcement", channel="text")
    assert len(by_text) == 1
    with house.backbone.database.transaction() as transaction:
        transaction.execute(
            deliveries.update().where(deliveries.c.id == by_text[0].id).values(supporter_id=house.id_of(told))
        )

    house.write(ADA, "CALL")

    assert heard(house) == [(house.id_of(told), "call", None, "call-in-day")]


def test_call_from_somebody_who_was_told_of_nothing_is_not_understood(house: House) -> None:
    house.sign(ADA)

    house.write(ADA, "CALL")

    assert heard(house) == [(house.id_of(ADA), "call", None, None)]
    assert [kind for kind, _, _ in answers(house)] == ["not_understood"]


def test_words_that_are_not_understood_are_answered_once_an_hour(house: House, moment: time_machine.Traveller) -> None:
    house.sign(BEN)

    for _ in range(3):
        house.write(BEN, "Bonjour, qui êtes-vous ?")
        moment.shift(timedelta(minutes=10))
    moment.shift(timedelta(minutes=31))
    house.write(BEN, "Allô ?")

    assert answers(house) == [("not_understood", "fr", house.id_of(BEN))] * 2
    assert [meaning for _, meaning, _, _ in heard(house)] == ["other"] * 4


def test_what_was_written_is_kept_nowhere(house: House) -> None:
    house.sign(ADA)

    house.write(ADA, "I am at 12 Quabacedri Lane")

    kept = [str(row) for table in (replies, deliveries, contacts) for row in house.rows(table)]
    assert not any("Lane" in text for text in kept)
    assert "Lane" not in str(house.posted(ReplyReceived))


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


def finished(house: House, who: Person, ending: str) -> CallFinished:
    """A call that ended so."""
    return CallFinished(
        call_id="c1",
        call_campaign="call-in-day",
        campaign="status-for-all",
        supporter_id=house.id_of(who),
        supporter_answered=False,
        carrier_outcome="cancelled",
        ending=ending,
    )


@pytest.mark.parametrize(
    "ending",
    [
        "riding_unknown",
        "several_ridings",
        "seat_is_vacant",
        "office_has_no_telephone",
        "campaign_is_closed",
        "no_telephone",
        "called_often",
        "expired",
        "refused_by_carrier",
    ],
)
def test_who_texted_call_is_told_if_nobody_can_be_called_for_them(house: House, ending: str) -> None:
    house.sign(BEN)
    house.hear(call_in_day(announcement()))
    sent(house)
    house.write(BEN, "APPEL")

    house.hear(finished(house, BEN, ending))

    assert answers(house) == [("cannot_call", "fr", house.id_of(BEN))]
    assert house.ledger(kind="cannot_call")[0].about == str(house.broadcast().id)


@pytest.mark.parametrize("ending", ["done", "not_answered", "not_confirmed", "withdrawn", "erased"])
def test_a_call_that_came_or_was_not_wanted_is_not_spoken_of(house: House, ending: str) -> None:
    house.sign(BEN)
    house.hear(call_in_day(announcement()))
    sent(house)
    house.write(BEN, "APPEL")

    house.hear(finished(house, BEN, ending))

    assert answers(house) == []


def test_who_was_to_be_rung_without_asking_just_now_is_told_nothing(house: House) -> None:
    house.sign(BEN)
    house.hear(call_in_day(announcement()))
    sent(house)

    house.hear(finished(house, BEN, "several_ridings"))

    assert answers(house) == []


def test_an_invitation_that_has_not_gone_out_says_how_a_gathering_is_now(house: House) -> None:
    house.sign(ADA)
    house.hear(rally(announced=announcement()))
    later = now() + timedelta(days=9)

    house.hear(rally(GatheringChanged, place="720 Spadina Avenue", ends_at=later))

    told = house.broadcast()
    assert {fields["place"] for fields in told.fields.values()} == {"720 Spadina Avenue"}
    assert told.fields["fr"]["title"] == "Manif"
    assert told.expires_at == later
