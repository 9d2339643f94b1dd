"""A text is sent once: not twice and not never, whatever dies when."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from services.notifications.providers.ports import OutcomeUnknown, Text
from services.notifications.use_cases.send_texts import SendTexts
from shared.observability.tracing import current_trace
from tests.integration.notifications.house import person
from tests.integration.notifications.sending import PATIENCE, Killed, Sending

A_SECOND = timedelta(seconds=1)


def _away() -> None:
    raise ConnectionError


def test_a_planned_text_is_sent_once_and_noted_with_the_providers_id(thanked: Sending) -> None:
    thanked.send()
    thanked.send()

    assert thanked.texts.bodies_to("+14165550101") == ["Students United: Thanks Ada Reply STOP to end."]
    row = thanked.only_text()
    assert (row.state, row.provider_id, row.attempts) == ("accepted", thanked.texts.sent[0][1].provider_id, 1)


def test_a_text_is_sent_in_the_story_of_its_signature_and_logged_without_saying_to_whom(thanked: Sending) -> None:
    traces: list[str] = []
    thanked.texts.meanwhile = lambda text: traces.append(getattr(current_trace(), "trace_id", ""))

    with capture_logs() as lines:
        thanked.send()

    row = thanked.only_text()
    assert traces == [row.traceparent.split("-")[1]]
    (line,) = [line for line in lines if line["event"] == "text accepted"]
    assert (line["delivery_id"], line["provider_id"]) == (str(row.id), row.provider_id)
    assert "+1416" not in str(lines)
    assert "Ada" not in str(lines)


def test_a_kill_before_the_provider_is_asked_loses_nothing(thanked: Sending) -> None:
    thanked.texts.failing = [Killed()]  # type: ignore[list-item]
    with suppress(Killed):
        thanked.send()
    assert thanked.states(channel="text") == [("sending", None)]

    thanked.send()
    thanked.look_after(PATIENCE.lease)
    thanked.send()

    assert len(thanked.texts.sent) == 1
    assert thanked.states(channel="text") == [("accepted", None)]


def test_a_kill_after_the_provider_took_it_sends_nothing_twice(thanked: Sending) -> None:
    def die(text: Text) -> None:
        raise Killed

    thanked.texts.meanwhile = die
    with suppress(Killed):
        thanked.send()
    assert thanked.states(channel="text") == [("sending", None)]

    thanked.look_after(PATIENCE.lease)
    thanked.send()

    assert len(thanked.texts.sent) == 1
    row = thanked.only_text()
    assert (row.state, row.provider_id) == ("accepted", thanked.texts.sent[0][1].provider_id)


def test_a_worker_that_still_lives_is_not_interfered_with(thanked: Sending) -> None:
    thanked.texts.failing = [Killed()]  # type: ignore[list-item]
    with suppress(Killed):
        thanked.send()

    thanked.look_after(PATIENCE.lease - A_SECOND)

    assert thanked.states(channel="text") == [("sending", None)]


def test_a_lost_answer_is_asked_for_before_anything_is_sent_again(thanked: Sending) -> None:
    thanked.texts.failing = [OutcomeUnknown("no answer")]
    thanked.send()

    thanked.look_after(PATIENCE.ask_after)
    thanked.send()

    assert len(thanked.texts.sent) == 1
    assert thanked.states(channel="text") == [("accepted", None)]


def test_a_request_that_never_arrived_is_made_again(thanked: Sending) -> None:
    thanked.texts.failing, thanked.texts.accepts_what_times_out = [OutcomeUnknown("no answer")], False
    thanked.send()

    thanked.look_after(PATIENCE.ask_after)
    thanked.send()

    assert len(thanked.texts.sent) == 1
    row = thanked.only_text()
    assert (row.state, row.attempts) == ("accepted", 2)


def test_nothing_is_concluded_while_the_provider_does_not_answer(thanked: Sending) -> None:
    thanked.texts.failing, thanked.texts.accepts_what_times_out = [OutcomeUnknown("no answer")], False
    thanked.send()
    thanked.texts.is_away = True
    thanked.look_after(PATIENCE.ask_after)
    assert thanked.states(channel="text") == [("sending", None)]

    thanked.texts.is_away = False
    thanked.look_after(PATIENCE.lease)
    thanked.send()

    assert len(thanked.texts.sent) == 1
    assert thanked.states(channel="text") == [("accepted", None)]


def test_a_record_says_what_became_of_the_text_as_well(thanked: Sending) -> None:
    thanked.texts.failing = [OutcomeUnknown("no answer")]
    thanked.send()
    thanked.texts.becomes(thanked.texts.sent[0][1].provider_id, "undelivered", "30005")

    thanked.look_after(PATIENCE.ask_after)

    assert thanked.states(channel="text") == [("failed", "30005")]


def test_two_open_texts_to_one_number_are_told_apart_by_their_words(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.open_petition("care-for-all")
    sending.house.sign(person(1, name="Ada Q", agrees_to=("text",)))
    sending.house.sign(person(1, name="Bea Q", email="b@example.org", agrees_to=("text",)), petition="care-for-all")
    sending.send()
    first, second = sending.house.ledger(channel="text")
    for row in (first, second):
        sending.change(row.id, state="sending", provider_id=None, check_at=sending.clock())
    sending.texts.sent = [one for one in sending.texts.sent if one[0].delivery_id == str(second.id)]

    sending.look_after()
    sending.send()

    assert sorted(sending.texts.bodies_to("+14165550101")) == [
        "Students United: Thanks Ada Reply STOP to end.",
        "Students United: Thanks Bea Reply STOP to end.",
    ]
    assert sending.states(channel="text") == [("accepted", None), ("accepted", None)]


def test_several_loops_at_once_send_each_text_once(sending: Sending) -> None:
    sending.house.open_petition()
    people = [person(number, agrees_to=("text",)) for number in range(60)]
    sending.house.hear_together([sending.house.signature(who) for who in people])
    failed: list[BaseException] = []

    def run(loop: SendTexts) -> None:
        try:
            while loop():
                pass
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    threads = [threading.Thread(target=run, args=(sending.text_loop(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(text.to for text, _ in sending.texts.sent) == sorted(str(who.phone) for who in people)
    assert set(sending.states(channel="text")) == {("accepted", None)}


def test_a_slow_provider_holds_no_connection_to_the_database(thanked: Sending) -> None:
    held: list[int] = []
    pool = thanked.house.backbone.database.engine.pool
    thanked.texts.meanwhile = lambda text: held.append(pool.checkedout())  # type: ignore[attr-defined]

    thanked.send()

    assert held == [0]


def test_what_came_of_a_text_is_written_though_the_database_was_away_meanwhile(
    thanked: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, database = thanked.text_loop(), thanked.house.backbone.database

    def goes_away(text: Text) -> None:
        monkeypatch.setattr(database, "transaction", _away)

    thanked.texts.meanwhile = goes_away
    with pytest.raises(ConnectionError):
        loop()
    monkeypatch.undo()

    loop()

    assert thanked.states(channel="text") == [("accepted", None)]
    assert len(thanked.texts.sent) == 1


def test_what_waited_too_long_in_a_workers_hands_is_put_back(sending: Sending) -> None:
    sending.house.open_petition()
    people = [person(number, agrees_to=("text",)) for number in range(3)]
    sending.house.sign(*people)

    def hang(text: Text) -> None:
        sending.clock.passes(PATIENCE.start_within + A_SECOND)
        sending.texts.meanwhile = lambda text: None

    sending.texts.meanwhile = hang
    sending.text_loop(connections=1)()

    assert sorted(sending.states(channel="text")) == [("accepted", None), ("planned", None), ("planned", None)]
    assert [row.attempts for row in sending.house.ledger(channel="text", state="planned")] == [0, 0]
    sending.send()
    assert len(sending.texts.sent) == 3


def test_who_was_erased_while_a_text_was_on_its_way_is_not_asked_about(thanked: Sending) -> None:
    thanked.texts.failing = [OutcomeUnknown("no answer")]
    thanked.send()
    thanked.house.backbone.vault.erase(thanked.house.id_of(person(1)))

    thanked.look_after(PATIENCE.ask_after)

    assert thanked.states(channel="text") == [("failed", "unknown")]
