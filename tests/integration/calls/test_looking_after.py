"""Calls that nothing is heard of: the carrier is asked, and what is dead is ended."""

from datetime import timedelta

import pytest

from services.calls.domain.call import State
from services.calls.providers.ports import PlacedCall, TryLater
from shared.domain_events.calls import CallCampaignEnded, CallFinished
from tests.integration.calls.exchange import Exchange, reply_of
from tests.unit.calls.made import NOON

A_DAY = timedelta(days=1)


class Killed(BaseException):
    """The process is gone; nothing of it runs on."""


def die_once_placed(exchange: Exchange, *, was_taken: bool = True) -> None:
    """Have the process die after the next call was placed, or while it was about to be."""
    place = exchange.voice.place

    def place_and_die(number: str, *, answered_url: str, status_url: str) -> PlacedCall:
        exchange.voice.place = place  # type: ignore[method-assign]
        if was_taken:
            place(number, answered_url=answered_url, status_url=status_url)
        raise Killed

    exchange.voice.place = place_and_die  # type: ignore[method-assign]


def ask(exchange: Exchange, **given: str) -> None:
    exchange.moment.shift(1)
    supporter_id = exchange.sign(**given)
    exchange.work()
    exchange.hear(reply_of(supporter_id))


def test_a_process_that_dies_after_placing_leaves_a_call_that_is_found_again(exchange: Exchange) -> None:
    exchange.launch()
    ask(exchange)
    die_once_placed(exchange)
    with pytest.raises(Killed):
        exchange.dial()
    assert (exchange.call().state, exchange.call().carrier_id) == (State.DIALLING, None)

    exchange.moment.shift(exchange.settings.patience.lease)
    assert exchange.dial() is False
    exchange.look_after()

    assert exchange.call().carrier_id == exchange.voice.placed[0][1].carrier_id
    assert exchange.dial() is False
    assert len(exchange.voice.placed) == 1


def test_a_process_that_dies_before_placing_leaves_a_call_that_is_dialled_again(exchange: Exchange) -> None:
    exchange.launch()
    ask(exchange)
    die_once_placed(exchange, was_taken=False)
    with pytest.raises(Killed):
        exchange.dial()

    exchange.moment.shift(exchange.settings.patience.lease)
    exchange.look_after()
    exchange.dial()

    assert (exchange.call().state, exchange.call().attempts) == (State.DIALLING, 2)
    assert len(exchange.voice.placed) == 1


def test_an_earlier_call_to_the_same_telephone_is_not_taken_for_a_lost_one(exchange: Exchange) -> None:
    exchange.launch()
    exchange.ring().status("no-answer")
    ask(exchange, email="another-of-the-household@example.org")
    die_once_placed(exchange, was_taken=False)
    with pytest.raises(Killed):
        exchange.dial()

    exchange.moment.shift(exchange.settings.patience.lease)
    exchange.look_after()

    assert exchange.states() == [State.FINISHED, State.REQUESTED]


@pytest.mark.parametrize(
    ("status", "ending"), [("completed", "not_answered"), ("no-answer", "not_answered"), ("busy", "not_answered")]
)
def test_a_call_whose_last_webhook_was_lost_is_ended_by_the_carriers_own_record(
    exchange: Exchange, status: str, ending: str
) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.status("ringing")
    exchange.voice.becomes(handset.carrier_id, status)

    exchange.moment.shift(exchange.settings.patience.quiet)
    exchange.look_after()
    exchange.moment.shift(exchange.settings.patience.stragglers)
    exchange.look_after()

    (finished,) = exchange.posted(CallFinished)
    assert finished.ending == ending


def test_a_call_that_the_carrier_lost_is_ended(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.status("ringing")
    exchange.voice.placed = []

    exchange.moment.shift(exchange.settings.patience.quiet)
    exchange.look_after()

    assert exchange.posted(CallFinished)[0].carrier_outcome == "not_connected"


def test_a_carrier_that_does_not_say_is_asked_again_later(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()
    ask = exchange.voice.call

    def fail(_: str) -> None:
        raise TryLater("HTTP 503")

    exchange.voice.call = fail  # type: ignore[method-assign, assignment]
    exchange.moment.shift(exchange.settings.patience.quiet)
    exchange.look_after()
    assert exchange.look_after() is False
    exchange.voice.call = ask  # type: ignore[method-assign]
    exchange.voice.becomes(handset.carrier_id, "completed")
    exchange.moment.shift(exchange.settings.patience.lease)
    exchange.look_after()

    assert exchange.call().state == State.HUNG_UP


def test_a_long_talk_is_left_alone(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()
    handset.press("1", "confirmed")
    handset.office_answers()
    exchange.voice.becomes(handset.carrier_id, "in-progress")

    for _ in range(10):
        exchange.moment.shift(exchange.settings.patience.quiet)
        exchange.look_after()

    assert exchange.call().state == State.BRIDGED


def test_when_the_window_closes_the_campaign_ends_and_who_waits_is_told(exchange: Exchange) -> None:
    exchange.launch(closes_at=NOON + timedelta(minutes=30))
    maya = exchange.sign()
    exchange.work()
    exchange.hear(reply_of(maya))

    exchange.moment.shift(timedelta(minutes=30))
    exchange.work()
    assert exchange.dial() is False
    exchange.look_after()

    assert len(exchange.posted(CallCampaignEnded)) == 1
    assert exchange.posted(CallFinished)[0].ending == "campaign_is_closed"
    exchange.hear(reply_of(maya))
    assert [one.ending for one in exchange.posted(CallFinished)] == ["campaign_is_closed"] * 2


def test_who_is_on_the_telephone_when_the_window_closes_goes_on(exchange: Exchange) -> None:
    exchange.launch(closes_at=NOON + timedelta(minutes=30))
    handset = exchange.ring()
    handset.answer()

    exchange.moment.shift(timedelta(minutes=30))
    exchange.work()
    handset.press("1", "confirmed")
    handset.office_leg_ends("completed", 300)
    handset.press("1", "reported")
    handset.status("completed")

    assert exchange.posted(CallFinished)[0].carrier_outcome == "completed"
