"""A text is sent once: not twice, not never, not after STOP, at night or without consent, whatever dies when."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from services.notifications.domain.delivery import Kind, Lane
from services.notifications.providers.ports import OutcomeUnknown, Refused, Text, TryLater
from services.notifications.use_cases.send_texts import SendTexts
from shared.observability.tracing import current_trace
from shared.reaching.quiet_hours import QuietHours
from tests.integration.notifications.house import announcement, call_in_day, person, rally
from tests.integration.notifications.sending import PATIENCE, Killed, Sending

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def thanked(sending: Sending) -> Sending:
    """Somebody signed and agreed to texts; thanking them is planned."""
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    return sending


def only_text(sending: Sending):  # type: ignore[no-untyped-def]
    (row,) = sending.house.ledger(channel="text")
    return row


def test_a_planned_text_is_sent_once_and_noted_with_the_providers_id(thanked: Sending) -> None:
    thanked.send()
    thanked.send()

    assert thanked.texts.bodies_to("+14165550101") == ["Students United: Thanks Ada Reply STOP to end."]
    row = only_text(thanked)
    assert (row.state, row.provider_id, row.attempts) == ("accepted", thanked.texts.sent[0][1].provider_id, 1)


def test_a_text_is_sent_in_the_story_of_its_signature_and_logged_without_saying_to_whom(thanked: Sending) -> None:
    traces: list[str] = []
    thanked.texts.meanwhile = lambda text: traces.append(getattr(current_trace(), "trace_id", ""))

    with capture_logs() as lines:
        thanked.send()

    row = only_text(thanked)
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
    row = only_text(thanked)
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
    row = only_text(thanked)
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


def _away() -> None:
    raise ConnectionError


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


def test_consent_is_checked_again_when_a_text_is_taken_in_hand(thanked: Sending) -> None:
    thanked.execute("UPDATE contacts SET may_text = false")

    thanked.send()

    assert thanked.texts.sent == []
    assert thanked.states(channel="text") == [("dropped", "no_consent")]


def test_a_stop_to_the_number_is_heeded_when_a_text_is_taken_in_hand(thanked: Sending) -> None:
    thanked.execute("INSERT INTO suppressions VALUES (:id, 'stop', now())", id=thanked.house.phone_id(person(1)))

    thanked.send()

    assert thanked.texts.sent == []
    assert thanked.states(channel="text") == [("dropped", "suppressed")]


def test_a_stop_that_comes_by_text_silences_what_was_planned_and_is_answered(thanked: Sending) -> None:
    thanked.house.write(person(1), "STOP")
    thanked.clock.passes(A_SECOND)

    thanked.send()

    (body,) = thanked.texts.bodies_to("+14165550101")
    assert "no more texts" in body
    assert thanked.states(kind="thanks") == [("dropped", "no_consent")]


def test_who_was_erased_in_between_is_written_to_no_more(thanked: Sending) -> None:
    thanked.house.backbone.vault.erase(thanked.house.id_of(person(1)))

    thanked.send()

    assert thanked.texts.sent == []
    assert thanked.states(channel="text") == [("dropped", "erased")]


def test_who_was_erased_while_a_text_was_on_its_way_is_not_asked_about(thanked: Sending) -> None:
    thanked.texts.failing = [OutcomeUnknown("no answer")]
    thanked.send()
    thanked.house.backbone.vault.erase(thanked.house.id_of(person(1)))

    thanked.look_after(PATIENCE.ask_after)

    assert thanked.states(channel="text") == [("failed", "unknown")]


@pytest.fixture
def invited(sending: Sending) -> Sending:
    """Somebody signed, and is invited to a rally by text."""
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    sending.send()
    sending.house.hear(rally(announced=announcement(("text",))))
    sending.house.work()
    sending.clock.passes(A_SECOND)
    return sending


NIGHT = QuietHours(time(21), time(9))
# 3 in the morning in Toronto, and in Vancouver midnight.
AT_NIGHT = datetime(2030, 6, 1, 7, 0, tzinfo=UTC)


def test_an_announcement_waits_for_the_morning(invited: Sending) -> None:
    invited.execute("UPDATE contacts SET province = 'ON'")
    invited.execute("UPDATE broadcasts SET expires_at = :then", then=AT_NIGHT + timedelta(days=9))
    invited.clock.at = AT_NIGHT

    invited.send(quiet_hours=NIGHT)

    assert len(invited.texts.sent) == 1
    (row,) = invited.house.ledger(kind=Kind.ANNOUNCEMENT)
    # Nine on the westernmost clocks of Ontario.
    assert (row.state, row.due_at) == ("planned", datetime(2030, 6, 1, 14, 0, tzinfo=UTC))


def test_an_answer_goes_out_at_night_too(invited: Sending) -> None:
    invited.house.write(person(1), "HELP")
    invited.clock.at = AT_NIGHT

    invited.send(quiet_hours=NIGHT)

    assert [row.state for row in invited.house.ledger(kind=Kind.HELP)] == ["accepted"]


def test_a_text_is_kept_by_the_provider_until_the_quiet_hours_at_most(invited: Sending) -> None:
    invited.execute("UPDATE contacts SET province = 'AB'")
    invited.execute("UPDATE broadcasts SET expires_at = :then", then=AT_NIGHT + timedelta(days=9))
    # Half past seven in the evening in Edmonton.
    invited.clock.at = datetime(2030, 6, 2, 1, 30, tzinfo=UTC)

    invited.send(quiet_hours=NIGHT)

    assert invited.texts.sent[-1][0].valid_seconds == 90 * 60


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("state = 'stopped'", ("dropped", "stopped")),
        ("expires_at = now() - interval '1 second'", ("dropped", "expired")),
        ("state = 'held'", ("planned", None)),
    ],
)
def test_what_belongs_to_a_broadcast_that_may_not_go_on_is_not_sent(
    invited: Sending, change: str, state: tuple[str, str | None]
) -> None:
    invited.execute(f"UPDATE broadcasts SET {change}")

    invited.send()

    assert invited.states(kind="announcement") == [state]
    assert len(invited.texts.sent) == 1


def test_an_invitation_says_what_when_and_where(invited: Sending) -> None:
    invited.send()

    assert invited.texts.bodies_to("+14165550101")[-1] == "Students United: en Rally Reply STOP to end."


def test_a_call_to_action_names_the_readers_own_link(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    sending.send()
    sending.house.hear(call_in_day(announcement(("text",))))
    sending.house.work()
    sending.execute(
        "UPDATE broadcasts SET wordings ="
        ' \'[{"language": "en", "text": "{first_name}, {riding}: {call_me_link}"}]\'::jsonb'
    )
    sending.clock.passes(A_SECOND)

    sending.send()

    body = sending.texts.bodies_to("+14165550101")[-1]
    assert body.startswith("Students United: Ada, your riding: http://127.0.0.1:8000/call-me/")


def test_a_lower_lane_waits_for_the_higher_ones(invited: Sending) -> None:
    invited.house.write(person(1), "HELP")
    invited.clock.passes(A_SECOND)

    invited.text_loop(per_second=1)()

    assert [row.state for row in invited.house.ledger(lane=Lane.REPLY)] == ["accepted"]
    assert [row.state for row in invited.house.ledger(lane=Lane.BROADCAST)] == ["planned"]


def test_all_loops_together_keep_the_pace(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(*[person(number, agrees_to=("text",)) for number in range(9)])
    loops = [sending.text_loop(per_second=3) for _ in range(2)]

    sent = []
    for _ in range(3):
        for loop in loops:
            loop()
        sent.append(len(sending.texts.sent))
        sending.clock.passes(A_SECOND)

    assert sent == [3, 6, 9]


def test_what_the_provider_cannot_take_now_is_tried_again_later(thanked: Sending) -> None:
    thanked.texts.failing = [TryLater("20429: too many requests at once")]

    thanked.send()

    row = only_text(thanked)
    assert (row.state, row.attempts) == ("planned", 1)
    assert thanked.clock() < row.due_at <= thanked.clock() + timedelta(seconds=2)
    thanked.clock.passes(timedelta(seconds=3))
    thanked.send()
    assert len(thanked.texts.sent) == 1


def test_trying_again_has_an_end(thanked: Sending) -> None:
    thanked.texts.failing = [TryLater("20003: the account's credentials are wrong")] * 100

    for _ in range(40):
        thanked.send()
        thanked.clock.passes(timedelta(minutes=11))

    row = only_text(thanked)
    assert (row.state, row.reason, row.attempts) == ("failed", "gave_up", 30)


def test_a_refused_text_has_failed_with_the_providers_code(thanked: Sending) -> None:
    thanked.texts.failing = [Refused("21617")]

    thanked.send()

    assert thanked.states(channel="text") == [("failed", "21617")]
    assert thanked.house.contact(person(1)).may_text is True


def test_a_number_that_is_none_is_written_to_no_more(thanked: Sending) -> None:
    thanked.texts.failing = [Refused("21211", suppresses=True)]

    thanked.send()

    suppressed = thanked.house.ask(lambda records: records.suppressions.among([thanked.house.phone_id(person(1))]))
    assert list(suppressed.values()) == ["no_good"]


def test_a_stop_that_only_the_provider_heard_is_taken_as_one(thanked: Sending) -> None:
    thanked.texts.failing = [Refused("21610", suppresses=True)]

    thanked.send()

    suppressed = thanked.house.ask(lambda records: records.suppressions.among([thanked.house.phone_id(person(1))]))
    assert list(suppressed.values()) == ["stop"]
    assert thanked.house.contact(person(1)).may_text is False
    assert ("text", "withdrawn", "provider") in thanked.house.said(person(1))


def test_one_that_cannot_be_written_holds_up_no_other(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)), person(2, agrees_to=("text",)))
    first, _ = sending.house.ledger(channel="text")
    sending.change(first.id, about="no-such-petition")

    sending.send()

    assert sorted(sending.states(channel="text")) == [("accepted", None), ("dropped", "no_words")]


def test_an_error_that_nobody_foresaw_is_taken_for_an_unknown_outcome(thanked: Sending) -> None:
    thanked.texts.failing = [RuntimeError("a defect")]  # type: ignore[list-item]

    thanked.send()
    assert thanked.states(channel="text") == [("sending", None)]

    thanked.look_after(PATIENCE.ask_after)
    thanked.send()
    assert len(thanked.texts.sent) == 1


def test_a_text_of_which_nothing_was_heard_is_asked_about(thanked: Sending) -> None:
    thanked.send()
    thanked.texts.becomes(thanked.texts.sent[0][1].provider_id, "delivered")

    thanked.look_after(PATIENCE.receipt_late)

    assert thanked.states(channel="text") == [("delivered", None)]


def test_a_text_without_a_receipt_is_given_up_after_some_days(thanked: Sending) -> None:
    thanked.send()
    thanked.texts.becomes(thanked.texts.sent[0][1].provider_id, "sent")

    thanked.look_after(PATIENCE.receipt_late)
    assert thanked.states(channel="text") == [("accepted", None)]

    for _ in range(6):
        thanked.look_after(PATIENCE.give_up / 6)
    assert thanked.states(channel="text") == [("failed", "no_receipt")]
