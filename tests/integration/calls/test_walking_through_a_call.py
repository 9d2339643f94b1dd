"""A call from its first ring to its last word, as the carrier and the supporter live it."""

import pytest

from services.calls.domain.call import Aim, State
from shared.domain_events.calls import CallFinished, CallRequested, SupporterLocated
from tests.integration.calls.exchange import (
    SPADINA,
    SPADINA_LINE,
    VACANT,
    Exchange,
    reply_of,
    said,
    verbs,
)
from tests.unit.calls.made import MINISTER


def test_a_reply_of_call_ends_at_the_mps_office_and_is_told(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    exchange.hear(reply_of(maya))
    exchange.dial()
    handset = exchange.handset()

    greeting = handset.answer()
    connecting = handset.press("1", "confirmed")
    handset.office_answers()
    question = handset.office_leg_ends("completed", 42)
    thanks = handset.press("2", "reported")
    handset.status("completed")

    assert exchange.voice.placed[0][0] == "+14165550150"
    assert "Migrant Students United. We ask every MP" in said(greeting)
    assert "Ana Dunn" in said(greeting)
    assert verbs(greeting) == ["Gather", "Gather", "Say", "Hangup"]
    assert "Ana Dunn" in said(connecting)
    dial = connecting.find("Dial")
    assert dial is not None
    assert dial.findtext("Number") == SPADINA_LINE
    assert dial.get("callerId") == exchange.settings.twilio_call_from
    assert said(question).startswith("Welcome back. What happened?")
    assert verbs(thanks) == ["Say", "Hangup"]
    assert "Thank you" in said(thanks)
    (finished,) = exchange.posted(CallFinished)
    assert (finished.supporter_id, finished.supporter_answered) == (maya, True)
    assert (finished.carrier_outcome, finished.reported_outcome) == ("completed", "left_message")
    assert (finished.talked_seconds, finished.ending) == (42, "done")
    line = exchange.call().line
    assert line is not None
    assert finished.office == line.office
    assert [event.via for event in exchange.posted(CallRequested)] == ["reply"]
    assert [event.ridings for event in exchange.posted(SupporterLocated)] == [(SPADINA.id,)]


def test_who_signed_in_french_hears_french(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring(language="fr")

    greeting = handset.answer()
    question = handset.press("1", "confirmed"), handset.office_leg_ends("busy")

    assert said(greeting).startswith("Bonjour. Ici Migrant Students United. Nous demandons le renouvellement")
    assert "le bureau de Ana Dunn" in said(greeting)
    assert "La ligne était occupée." in said(question[1])
    assert {say.get("language") for say in greeting.iter("Say")} == {"fr-CA"}


@pytest.mark.parametrize(
    ("dial_status", "outcome"),
    [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed"), ("canceled", "cancelled")],
)
def test_an_office_that_cannot_be_reached_is_told_apart(exchange: Exchange, dial_status: str, outcome: str) -> None:
    exchange.launch()
    handset = exchange.ring()

    handset.walk(dial_status, said="5")

    (finished,) = exchange.posted(CallFinished)
    assert (finished.carrier_outcome, finished.reported_outcome) == (outcome, "could_not_get_through")


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_a_supporter_who_does_not_answer_ends_the_call_at_once(exchange: Exchange, status: str) -> None:
    exchange.launch()
    handset = exchange.ring()

    handset.status(status)

    (finished,) = exchange.posted(CallFinished)
    assert (finished.supporter_answered, finished.carrier_outcome) == (False, "not_connected")
    assert (finished.ending, finished.office) == ("not_answered", None)


def test_another_key_than_1_is_asked_again_and_connects_nobody(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()

    again = handset.press("7", "confirmed")

    assert verbs(again) == ["Gather", "Gather", "Say", "Hangup"]
    assert exchange.call().state == State.ANSWERED


def test_a_voicemail_that_answers_is_not_connected(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()

    handset.status("completed")
    exchange.moment.shift(exchange.settings.patience.stragglers)
    exchange.look_after()

    (finished,) = exchange.posted(CallFinished)
    assert (finished.ending, finished.carrier_outcome) == ("not_confirmed", "not_connected")


def test_an_unknown_key_afterwards_is_asked_again(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()
    handset.press("1", "confirmed")
    handset.office_leg_ends("completed", 9)

    again = handset.press("9", "reported")

    assert "What happened?" in said(again)
    assert exchange.call().reported_outcome is None


def test_who_is_asked_again_hears_again_how_the_leg_to_the_office_ended(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()
    handset.press("1", "confirmed")
    handset.office_leg_ends("busy")

    again = handset.press("9", "reported")

    assert said(again).startswith("The line was busy. What happened?")


def test_who_hangs_up_after_talking_is_told_of_after_a_moment_without_an_answer(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()
    handset.press("1", "confirmed")
    handset.office_answers()
    handset.status("completed")
    handset.office_leg_ends("completed", 70)
    assert exchange.posted(CallFinished) == []

    exchange.moment.shift(exchange.settings.patience.stragglers)
    exchange.look_after()

    (finished,) = exchange.posted(CallFinished)
    assert (finished.carrier_outcome, finished.reported_outcome, finished.talked_seconds) == ("completed", None, 70)


def test_who_hangs_up_while_the_office_rings_cancelled_it(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()
    handset.press("1", "confirmed")
    handset.status("completed")

    exchange.moment.shift(exchange.settings.patience.stragglers)
    exchange.look_after()

    (finished,) = exchange.posted(CallFinished)
    assert (finished.carrier_outcome, finished.ending) == ("cancelled", "done")


def test_the_fallback_is_named_as_the_organizer_wrote_it(exchange: Exchange) -> None:
    exchange.launch(fallback=MINISTER)
    handset = exchange.ring(code="J9P1A1")

    greeting = handset.answer()
    connecting = handset.press("1", "confirmed")

    assert "connect you now with Office of the Minister." in said(greeting)
    assert connecting.findtext("Dial/Number") == MINISTER.number
    assert (exchange.call().aim, exchange.call().riding) == (Aim.FALLBACK, None)
    assert exchange.posted(SupporterLocated)[0].ridings == (VACANT.id,)
