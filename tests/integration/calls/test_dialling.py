"""Who is dialled when: the account's pace, the offices' lines, and telephones that are busy with us already."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from services.calls.domain.call import Aim, Ending, State
from services.calls.providers.ports import OutcomeUnknown, PlacedCall, Refused, TryLater
from services.calls.use_cases.dial import Dialler
from shared.domain_events.calls import CallFinished
from shared.reaching.pace import Pace
from tests.integration.calls.exchange import DAVENPORT_LINE, OTTAWA_LINE, SPADINA_LINE, VACANT, Exchange, reply_of
from tests.unit.calls.made import MINISTER

A_MINUTE = timedelta(minutes=1)


def ask_for_calls(exchange: Exchange, number_of_people: int, code: str = "M5V2T6") -> list[str]:
    """Some people sign and answer CALL, a second apart."""
    people = []
    for person in range(number_of_people):
        exchange.moment.shift(1)
        supporter_id = exchange.sign(f"+14165550{person:03}", code)
        exchange.work()
        exchange.hear(reply_of(supporter_id))
        people.append(supporter_id)
    return people


def rung(exchange: Exchange) -> list[str]:
    return [number for number, _ in exchange.voice.placed]


def test_nobody_waiting_is_nothing_to_do(exchange: Exchange) -> None:
    exchange.launch()

    assert exchange.dial() is False


def test_no_line_gets_more_calls_than_the_campaign_allows_and_the_next_office_takes_over(exchange: Exchange) -> None:
    exchange.launch(calls_per_line=1)
    ask_for_calls(exchange, 3)

    while exchange.dial():
        pass

    lines = [call.line.number for call in exchange.calls() if call.line]
    assert sorted(lines) == sorted([SPADINA_LINE, OTTAWA_LINE])
    assert exchange.states() == [State.DIALLING, State.DIALLING, State.REQUESTED]


def test_a_place_that_becomes_free_goes_to_who_has_waited_longest(exchange: Exchange) -> None:
    exchange.launch(calls_per_line=1)
    ask_for_calls(exchange, 3, "M6H1A1")
    exchange.dial()
    first = exchange.handset(exchange.calls()[0])
    assert rung(exchange) == ["+14165550000"]

    first.walk("completed")
    exchange.dial()

    assert rung(exchange) == ["+14165550000", "+14165550001"]
    assert {call.line.number for call in exchange.calls() if call.line} == {DAVENPORT_LINE}


def test_a_busy_line_is_given_fewer_calls_at_once(exchange: Exchange) -> None:
    exchange.launch(calls_per_line=4)
    ask_for_calls(exchange, 6, "M6H1A1")
    exchange.dial()
    assert len(rung(exchange)) == 4

    for call in exchange.calls()[:4]:
        exchange.handset(call).walk("busy", said="5")
    exchange.dial()

    assert len(rung(exchange)) == 5


def test_the_account_is_given_no_more_calls_a_second_than_its_pace(exchange: Exchange) -> None:
    exchange.launch(calls_per_line=20)
    ask_for_calls(exchange, 6)
    loop = exchange.assembly.loops["dial"]
    assert isinstance(loop, Dialler)
    slow = replace(loop, pace=Pace(2, burst=2))

    per_second = []
    for _ in range(3):
        while slow():
            pass
        per_second.append(len(exchange.voice.placed))
        exchange.moment.shift(1)

    assert per_second == [2, 4, 6]


def test_one_telephone_is_never_rung_by_two_calls_at_once(exchange: Exchange) -> None:
    exchange.launch()
    exchange.launch(slug="another-day")
    household = [exchange.sign(email=f"{name}@example.org") for name in ("ana", "bo")]
    exchange.work()
    for member in household:
        exchange.hear(reply_of(member))
    exchange.hear(reply_of(household[0], call_campaign="another-day"))

    while exchange.dial():
        pass

    assert len(exchange.voice.placed) == 1
    assert sorted(exchange.states()) == [State.DIALLING, State.REQUESTED, State.REQUESTED]


def test_several_workers_together_flood_no_line_and_ring_nobody_twice(exchange: Exchange) -> None:
    exchange.launch(calls_per_line=3)
    ask_for_calls(exchange, 12)

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(lambda _: exchange.dial(), range(18)))

    assert Counter(call.line.number for call in exchange.calls() if call.line) == {SPADINA_LINE: 3, OTTAWA_LINE: 3}
    assert len(rung(exchange)) == len(set(rung(exchange))) == 6


def test_outside_its_hours_a_campaign_dials_nobody(exchange: Exchange) -> None:
    exchange.launch()
    ask_for_calls(exchange, 1)
    with exchange.backbone.database.transaction() as transaction:
        transaction.exec_driver_sql("UPDATE call_campaigns SET daily_from = '09:00', daily_until = '12:00'")

    assert exchange.dial() is False
    assert exchange.states() == [State.REQUESTED]


def test_a_request_that_waited_too_long_is_not_dialled_any_more(exchange: Exchange) -> None:
    exchange.launch()
    ask_for_calls(exchange, 1)

    exchange.moment.shift(timedelta(hours=2))

    assert exchange.dial() is False
    exchange.look_after()
    (finished,) = exchange.posted(CallFinished)
    assert (finished.ending, finished.carrier_outcome) == ("expired", "cancelled")


def test_what_the_carrier_refuses_is_over_and_told(exchange: Exchange) -> None:
    exchange.launch()
    ask_for_calls(exchange, 1)
    exchange.voice.failing = [Refused("HTTP 400, error 21211")]

    exchange.dial()

    (finished,) = exchange.posted(CallFinished)
    assert (finished.ending, finished.carrier_outcome) == ("refused_by_carrier", "not_connected")


def test_what_surely_was_not_placed_waits_a_little_and_is_tried_again(exchange: Exchange) -> None:
    exchange.launch()
    ask_for_calls(exchange, 1)
    exchange.voice.failing = [TryLater("20429: too many requests")]

    exchange.dial()
    assert exchange.states() == [State.REQUESTED]
    assert exchange.dial() is False
    exchange.moment.shift(A_MINUTE)
    exchange.dial()

    assert exchange.call().attempts == 2
    assert len(exchange.voice.placed) == 1


def test_a_call_that_was_perhaps_placed_is_not_dialled_before_the_carrier_was_asked(exchange: Exchange) -> None:
    exchange.launch()
    ask_for_calls(exchange, 1)
    exchange.voice.failing = [OutcomeUnknown("no answer: ReadTimeoutError")]

    exchange.dial()
    assert exchange.dial() is False
    assert exchange.look_after() is False
    exchange.moment.shift(exchange.settings.patience.lease)
    assert exchange.dial() is False
    exchange.look_after()

    assert exchange.call().carrier_id == exchange.voice.placed[0][1].carrier_id
    assert exchange.dial() is False
    assert len(exchange.voice.placed) == 1


def test_a_call_that_was_not_placed_after_all_is_dialled_again_once_the_carrier_has_said_so(exchange: Exchange) -> None:
    exchange.launch()
    ask_for_calls(exchange, 1)
    exchange.voice.failing = [OutcomeUnknown("no answer: ReadTimeoutError")]
    exchange.voice.accepts_what_times_out = False
    exchange.dial()

    exchange.moment.shift(exchange.settings.patience.lease)
    exchange.look_after()
    exchange.dial()

    assert len(exchange.voice.placed) == 1
    assert (exchange.call().state, exchange.call().attempts) == (State.DIALLING, 2)


def test_the_carrier_is_asked_outside_any_transaction_once_the_dialling_is_committed(exchange: Exchange) -> None:
    exchange.launch()
    ask_for_calls(exchange, 1)
    place = exchange.voice.place
    seen = []

    def look_and_place(number: str, **addresses: str) -> PlacedCall:
        with exchange.backbone.database.transaction() as transaction:
            others = transaction.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
            ).scalar_one()
            dialling = transaction.exec_driver_sql("SELECT count(*) FROM calls WHERE state = 'dialling'").scalar_one()
        seen.append((others, dialling))
        return place(number, **addresses)

    exchange.voice.place = look_and_place  # type: ignore[method-assign]
    exchange.dial()

    assert seen == [(0, 1)]


def test_where_a_seat_becomes_vacant_while_calls_wait_they_are_the_fallbacks(exchange: Exchange) -> None:
    exchange.launch(fallback=MINISTER)
    ask_for_calls(exchange, 1)
    with exchange.backbone.database.transaction() as transaction:
        transaction.exec_driver_sql("DELETE FROM representatives WHERE riding = '35099'")

    exchange.dial()

    call = exchange.call()
    assert call.line is not None
    assert (call.aim, call.line.number) == (Aim.FALLBACK, MINISTER.number)


def test_a_supporter_who_was_erased_is_not_rung(exchange: Exchange) -> None:
    exchange.launch()
    (person,) = ask_for_calls(exchange, 1)
    exchange.backbone.vault.erase(person)

    exchange.dial()

    assert exchange.voice.placed == []
    assert exchange.call().called_off == Ending.ERASED


@pytest.mark.parametrize("code", ["J9P1A1", "V2S1A1"])
def test_whose_mp_cannot_be_rung_is_told_why_and_waits_for_nothing(exchange: Exchange, code: str) -> None:
    exchange.launch()

    ask_for_calls(exchange, 1, code)

    (finished,) = exchange.posted(CallFinished)
    assert finished.ending == ("seat_is_vacant" if code == "J9P1A1" else "office_has_no_telephone")
    assert exchange.dial() is False
    assert VACANT.id not in {call.riding for call in exchange.calls()}
