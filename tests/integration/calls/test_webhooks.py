"""What the carrier tells may come twice, in any order, all at once, late, or from somebody else."""

from concurrent.futures import ThreadPoolExecutor

from services.calls.domain.call import Ending, State
from services.calls.domain.facts import CalledOff
from services.calls.providers.ports import PlacedCall
from shared.domain_events.calls import CallFinished
from tests.integration.calls.exchange import (
    Exchange,
    Handset,
    reply_of,
    twiml,
    verbs,
)


def test_every_webhook_twice_changes_nothing_and_is_answered_alike(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    steps = [
        ("status", {"CallStatus": "ringing"}),
        ("answered", {"CallStatus": "in-progress"}),
        ("confirmed", {"Digits": "1"}),
        ("office", {"CallSid": "CA-office", "ParentCallSid": handset.carrier_id, "CallStatus": "in-progress"}),
        ("returned", {"DialCallStatus": "completed", "DialCallDuration": "30"}),
        ("reported", {"Digits": "1"}),
        ("status", {"CallStatus": "completed"}),
    ]

    answers = [(handset.ask(step, **fields).data, handset.ask(step, **fields).data) for step, fields in steps]

    assert all(first == second for first, second in answers)
    assert len(exchange.posted(CallFinished)) == 1
    assert exchange.call().state == State.FINISHED


def test_webhooks_that_come_all_at_once_finish_the_call_once(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    app = exchange.client.application
    steps = [
        ("answered", {"CallStatus": "in-progress"}),
        ("confirmed", {"Digits": "1"}),
        ("returned", {"DialCallStatus": "completed", "DialCallDuration": "30"}),
        ("reported", {"Digits": "1"}),
        ("status", {"CallStatus": "completed"}),
    ]

    def post(told: tuple[str, dict[str, str]]) -> int:
        path = f"/webhooks/twilio/calls/{handset.call_id}/{told[0]}"
        form = {"CallSid": handset.carrier_id, **told[1]}
        return app.test_client().post(path, data=form, headers=handset.signature(path, form)).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, steps * 4))

    assert set(answers) == {200, 204}
    (finished,) = exchange.posted(CallFinished)
    assert (finished.carrier_outcome, finished.reported_outcome) == ("completed", "talked")


def test_webhooks_in_the_wrong_order_end_alike(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()

    handset.status("completed")
    handset.press("1", "reported")
    handset.office_leg_ends("completed", 30)
    handset.office_answers()
    handset.press("1", "confirmed")
    handset.status("ringing")

    (finished,) = exchange.posted(CallFinished)
    assert (finished.carrier_outcome, finished.reported_outcome, finished.talked_seconds) == ("completed", "talked", 30)


def test_a_webhook_that_is_not_signed_moves_nothing(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    forged = {"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}

    for step in ("answered", "confirmed", "returned", "reported", "office", "status"):
        path = f"/webhooks/twilio/calls/{handset.call_id}/{step}"
        form = {"CallSid": handset.carrier_id, "CallStatus": "completed", "Digits": "1"}
        for headers in ({}, forged, handset.signature(path, {**form, "Digits": "2"})):
            assert exchange.client.post(path, data=form, headers=headers).status_code == 403

    assert exchange.call().state == State.DIALLING


def test_a_call_that_is_unknown_is_not_found(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.call_id = type(handset.call_id)(int=1)

    assert handset.ask("answered").status_code == 404
    assert handset.ask("status", CallStatus="completed").status_code == 404


def test_a_second_call_of_the_carrier_for_the_same_one_is_hung_up(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    handset.answer()
    handset.carrier_id = "CA-another"

    other = twiml(handset.ask("answered"))

    assert verbs(other) == ["Hangup"]
    handset.status("completed")
    assert exchange.call().state == State.ANSWERED


def test_the_webhook_may_overtake_the_answer_of_the_request_that_placed_the_call(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    exchange.hear(reply_of(maya))
    place = exchange.voice.place

    def place_and_ring(number: str, **addresses: str) -> PlacedCall:
        placed = place(number, **addresses)
        Handset(exchange, exchange.call().id, placed.carrier_id).status("ringing")
        return placed

    exchange.voice.place = place_and_ring  # type: ignore[method-assign]
    exchange.dial()

    assert exchange.call().state == State.RINGING


def test_a_call_that_was_called_off_is_hung_up_when_it_is_answered_after_all(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    exchange.ask(
        lambda records: records.calls.save(exchange.call().hear(CalledOff(Ending.ERASED)), exchange.backbone.clock())
    )

    assert verbs(twiml(handset.ask("answered"))) == ["Hangup"]
