"""A delivery moves on by rank, whatever order receipts come in; and what may be sent is decided at the last moment."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.delivery import (
    ANSWERS,
    MOST_ATTEMPTS,
    Channel,
    Delivery,
    Drop,
    Go,
    Kind,
    Lane,
    PutOff,
    Reason,
    Standing,
    State,
    moves_on,
    try_again_at,
    verdict,
)
from shared.identifiers import new_id

NOW = datetime(2026, 9, 12, 18, 45, tzinfo=UTC)
LATER = NOW + timedelta(hours=8)
TEXT = Delivery(
    id=new_id(),
    cause=new_id(),
    supporter_id="s1",
    channel=Channel.TEXT,
    kind=Kind.ANNOUNCEMENT,
    lane=Lane.BROADCAST,
    language="en",
    due_at=NOW,
    traceparent="",
)
FINE = Standing(is_known=True, consents=True)
RECEIPTS = [State.ACCEPTED, State.DELIVERED, State.FAILED]


def hear(state: State, receipt: State) -> State:
    return receipt if moves_on(state, receipt) else state


@given(st.lists(st.sampled_from(RECEIPTS), min_size=1, max_size=8), st.sampled_from([State.PLANNED, State.SENDING]))
def test_the_end_depends_on_what_was_told_and_not_on_its_order(told: list[State], start: State) -> None:
    ends = {reduce(hear, order, start) for order in itertools.islice(itertools.permutations(told), 200)}

    expected = State.FAILED if State.FAILED in told else State.DELIVERED if State.DELIVERED in told else State.ACCEPTED
    assert ends == {expected}


@given(st.lists(st.sampled_from(RECEIPTS), max_size=6))
def test_the_same_told_twice_changes_nothing(told: list[State]) -> None:
    once = reduce(hear, told, State.SENDING)

    assert reduce(hear, [*told, *told], State.SENDING) == once


@pytest.mark.parametrize("reason", [Reason.UNKNOWN, Reason.NO_RECEIPT])
def test_a_receipt_knows_better_than_our_guess(reason: Reason) -> None:
    assert moves_on(State.FAILED, State.DELIVERED, reason)
    assert moves_on(State.FAILED, State.FAILED, reason)
    assert not moves_on(State.FAILED, State.ACCEPTED, reason)
    assert not moves_on(State.FAILED, State.DELIVERED, "30005")


def test_what_was_dropped_stays_dropped() -> None:
    assert not any(moves_on(State.DROPPED, state) for state in State)


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing(is_known=False, consents=True), Reason.ERASED),
        (replace(FINE, is_stopped=True), Reason.STOPPED),
        (replace(FINE, is_suppressed=True), Reason.SUPPRESSED),
        (replace(FINE, consents=False), Reason.NO_CONSENT),
        (replace(FINE, expires_at=NOW), Reason.EXPIRED),
    ],
)
def test_what_may_not_be_sent_is_dropped_with_its_reason(standing: Standing, reason: Reason) -> None:
    assert verdict(TEXT, standing, NOW) == Drop(reason)


def test_what_may_be_sent_goes() -> None:
    assert verdict(TEXT, replace(FINE, expires_at=LATER), NOW) == Go()


def test_a_held_broadcast_waits() -> None:
    assert isinstance(verdict(TEXT, replace(FINE, is_held=True), NOW), PutOff)


@pytest.mark.parametrize(
    ("lane", "channel", "waits"),
    [
        (Lane.REPLY, Channel.TEXT, False),
        (Lane.THANKS, Channel.TEXT, False),
        (Lane.REMINDER, Channel.TEXT, True),
        (Lane.BROADCAST, Channel.TEXT, True),
        (Lane.BROADCAST, Channel.EMAIL, False),
        (Lane.THANKS, Channel.LETTER, False),
    ],
)
def test_only_texts_that_nobody_just_asked_for_wait_for_the_morning(lane: Lane, channel: Channel, waits: bool) -> None:
    said = verdict(replace(TEXT, lane=lane, channel=channel), FINE, NOW, LATER)

    assert said == (PutOff(LATER) if waits else Go())


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_an_answer_needs_no_consent(kind: Kind) -> None:
    answer = replace(TEXT, kind=kind, lane=Lane.REPLY)

    assert verdict(answer, replace(FINE, consents=False), NOW, LATER) == Go()


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_after_a_stop_only_help_and_the_stop_itself_are_answered(kind: Kind) -> None:
    said = verdict(replace(TEXT, kind=kind), replace(FINE, is_suppressed=True, consents=False), NOW)

    assert said == (Go() if kind in (Kind.HELP, Kind.STOPPED) else Drop(Reason.SUPPRESSED))


def test_a_letter_needs_no_consent_to_e_mail_of_its_signer() -> None:
    letter = replace(TEXT, channel=Channel.LETTER, kind=Kind.LETTER, lane=Lane.THANKS)

    assert verdict(letter, replace(FINE, consents=False), NOW) == Go()


@given(st.integers(0, MOST_ATTEMPTS - 1), st.floats(0, 1))
def test_the_wait_grows_up_to_ten_minutes(attempts: int, luck: float) -> None:
    moment = try_again_at(attempts, NOW, luck)

    assert moment is not None
    assert timedelta(seconds=0.5) <= moment - NOW <= timedelta(seconds=min(600, 2**attempts))


def test_trying_again_ends_within_the_day_it_began() -> None:
    waits = [try_again_at(attempts, NOW, 1.0) for attempts in range(1, MOST_ATTEMPTS)]

    assert try_again_at(MOST_ATTEMPTS, NOW, 1.0) is None
    assert sum(((one or NOW) - NOW for one in waits), timedelta()) < timedelta(hours=4)
