"""A text that the provider does not take, or tells nothing of, is tried again, given up, or heeded."""

from datetime import timedelta

from services.notifications.providers.ports import Refused, TryLater
from tests.integration.notifications.house import person
from tests.integration.notifications.sending import PATIENCE, Sending


def test_what_the_provider_cannot_take_now_is_tried_again_later(thanked: Sending) -> None:
    thanked.texts.failing = [TryLater("20429: too many requests at once")]

    thanked.send()

    row = thanked.only_text()
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

    row = thanked.only_text()
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
