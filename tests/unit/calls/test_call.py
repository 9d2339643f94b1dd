"""A call's state machine: any order and any repetition of what the carrier tells ends alike, and once."""

import functools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.calls.domain.call import Call, Ending, Fact, State
from services.calls.domain.facts import (
    Answered,
    Bridged,
    CalledOff,
    Confirmed,
    HungUp,
    Placed,
    Rang,
    Reported,
    Returned,
    Settled,
)
from shared.domain_events.calls import CARRIER_OUTCOMES
from tests.unit.calls.made import call, line

# What may happen on one telephone, from the first ring to the last word; a call may break off after each.
CONNECTED: list[Fact] = [
    Placed("CA1"),
    Rang(),
    Answered(),
    Confirmed(),
    Bridged(),
    Returned("completed", 42),
    Reported("talked"),
    HungUp("completed"),
]
UNANSWERED: list[Fact] = [Placed("CA1"), Rang(), HungUp("no-answer")]


@st.composite
def heard(draw: st.DrawFn) -> tuple[list[Fact], list[Fact]]:
    """A story of which anything may have been lost, and the same facts shuffled with some repeated."""
    story = draw(st.sampled_from([CONNECTED, UNANSWERED]))
    told = [fact for fact in story if draw(st.booleans())] or story
    repeated = draw(st.lists(st.sampled_from(told), max_size=6))
    return told, draw(st.permutations([*told, *repeated]))


def tell(known: Call, facts: Sequence[Fact]) -> Call:
    return functools.reduce(Call.hear, facts, known)


def outcome(known: Call) -> tuple[object, ...]:
    return known.state, known.ending, known.carrier_outcome, known.reported_outcome, known.talked_seconds


@given(heard())
def test_any_order_and_repetition_of_facts_ends_with_the_same_outcome(told: tuple[list[Fact], list[Fact]]) -> None:
    in_order, shuffled = told
    dialled = call().dial(line())

    ends = [tell(dialled, [*facts, Settled()]) for facts in (in_order, shuffled)]

    assert outcome(ends[0]) == outcome(ends[1])
    assert ends[0].state == State.FINISHED


@given(heard())
def test_a_call_finishes_at_most_once_and_nothing_moves_it_afterwards(told: tuple[list[Fact], list[Fact]]) -> None:
    _, shuffled = told
    states, known = [], call().dial(line())

    for fact in [*shuffled, Settled(), *shuffled, CalledOff(Ending.EXPIRED)]:
        known = known.hear(fact)
        states.append((known.state, known))

    finished = [known for state, known in states if state == State.FINISHED]
    assert len(set(finished)) == 1
    assert states[-len(finished) :] == [(State.FINISHED, finished[0])] * len(finished)


@given(st.permutations(CONNECTED))
def test_a_whole_call_finishes_without_waiting_for_stragglers_in_any_order(story: list[Fact]) -> None:
    done = tell(call().dial(line()), story)

    assert (done.state, done.carrier_outcome, done.reported_outcome) == (State.FINISHED, "completed", "talked")


def test_a_call_passes_through_its_states_in_order() -> None:
    known = call()
    states = [known.state]

    known = known.dial(line())
    states.append(known.state)
    for fact in CONNECTED[1:]:
        known = known.hear(fact)
        states.append(known.state)

    assert states == [
        State.REQUESTED,
        State.DIALLING,
        State.RINGING,
        State.ANSWERED,
        State.BRIDGING,
        State.BRIDGED,
        State.RETURNED,
        State.REPORTED,
        State.FINISHED,
    ]


def test_a_supporter_who_does_not_answer_was_not_connected() -> None:
    for status in ("no-answer", "busy", "failed", "canceled"):
        done = tell(call().dial(line()), [Placed("CA1"), Rang(), HungUp(status)])

        assert (done.state, done.ending, done.carrier_outcome) == (
            State.FINISHED,
            Ending.NOT_ANSWERED,
            "not_connected",
        )


def test_a_voicemail_that_presses_nothing_was_not_connected() -> None:
    done = tell(call().dial(line()), [Placed("CA1"), Answered(), HungUp("completed"), Settled()])

    assert (done.ending, done.carrier_outcome, done.confirmed) == (Ending.NOT_CONFIRMED, "not_connected", False)


def test_hanging_up_before_the_office_answers_is_cancelled() -> None:
    done = tell(call().dial(line()), [Confirmed(), HungUp("completed"), Settled()])

    assert (done.ending, done.carrier_outcome) == (Ending.DONE, "cancelled")


def test_an_office_that_answered_was_reached_though_the_word_of_how_it_ended_was_lost() -> None:
    done = tell(call().dial(line()), [Confirmed(), Bridged(), HungUp("completed"), Settled()])

    assert (done.ending, done.carrier_outcome) == (Ending.DONE, "completed")


def test_what_the_carrier_saw_and_what_the_supporter_said_are_kept_apart() -> None:
    done = tell(call().dial(line()), [Returned("completed", 30), Reported("left_message"), HungUp("completed")])

    assert (done.carrier_outcome, done.reported_outcome, done.talked_seconds) == ("completed", "left_message", 30)


def test_a_call_that_is_called_off_is_over_at_once() -> None:
    for ending in (Ending.EXPIRED, Ending.WITHDRAWN, Ending.REFUSED_BY_CARRIER, Ending.RIDING_UNKNOWN):
        done = call().hear(CalledOff(ending))

        assert (done.state, done.ending) == (State.FINISHED, ending)
        assert done.carrier_outcome in CARRIER_OUTCOMES


def test_a_call_waits_again_only_where_nothing_was_heard_of_it() -> None:
    dialled = call().dial(line())

    assert dialled.put_back().state == State.REQUESTED
    assert dialled.hear(Placed("CA1")).put_back().state == State.DIALLING
    assert dialled.hear(Rang()).put_back().state == State.RINGING


def test_only_the_first_of_two_calls_of_the_carrier_is_listened_to() -> None:
    dialled = call().dial(line())

    known = dialled.hear(Placed("CA1"))

    assert dialled.is_of("CA2")
    assert known.is_of("CA1")
    assert not known.is_of("CA2")
