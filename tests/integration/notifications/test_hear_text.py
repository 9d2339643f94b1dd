"""Somebody writes us a text: HELP is answered, YES and CALL are told with what they are about."""

from datetime import timedelta

import pytest
import time_machine

from services.notifications.storage.tables import contacts, deliveries, replies
from services.notifications.use_cases.remember_contact import SEALED_AS
from shared.clock import now
from shared.domain_events.events import GatheringCancelled
from shared.domain_events.notifications import ConsentWithdrawn, ReplyReceived
from tests.integration.notifications.house import House, Person, announcement, call_in_day, person, rally
from tests.integration.notifications.texting import answers, heard, sent

ADA, BEN = person(1), person(2, language="fr")
# They share a telephone.
TWIN = person(3, phone=ADA.phone, agrees_to=("text", "call"))


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def test_a_text_that_twilio_did_not_sign_is_refused(house: House) -> None:
    assert house.write(ADA, "STOP", signed=False).status_code == 403
    assert house.rows(replies) == []


def test_twilio_is_answered_with_nothing_to_say(house: House) -> None:
    answer = house.write(ADA, "HELP")

    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert answer.text.endswith("<Response/>")


def test_a_text_that_is_told_twice_is_heard_and_answered_once(house: House) -> None:
    house.sign(ADA)

    first, second = (house.write(ADA, "STOP", sid="SM1") for _ in range(2))

    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert len(answers(house)) == len(heard(house)) == 1
    assert len(house.posted(ConsentWithdrawn)) == 2


@pytest.mark.parametrize("keyword", ["STOP", "START", "HELP"])
def test_what_the_carrier_answers_itself_is_not_answered_by_us(house: House, keyword: str) -> None:
    house.sign(ADA)

    house.write(ADA, keyword, opt_out_type=keyword)

    assert answers(house) == []
    assert heard(house) == [(house.id_of(ADA), keyword.lower(), None, None)]


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
