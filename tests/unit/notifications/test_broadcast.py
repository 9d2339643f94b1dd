"""A broadcast keeps to what was approved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.broadcast import (
    OUTGROWN,
    Broadcast,
    BroadcastIsNotHeld,
    BroadcastIsOver,
    BroadcastState,
    Numbers,
    best_language,
    in_each,
)
from shared.domain_events.announcement import Audience, Wording
from shared.identifiers import new_id

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
people = st.integers(0, 2_000_000)


def broadcast(**given_: Any) -> Broadcast:
    """A broadcast that is being planned."""
    known: dict[str, Any] = {
        "id": new_id(),
        "cause": new_id(),
        "kind": "gathering.scheduled",
        "campaign": "status-for-all",
        "fields": {"en": {"title": "Rally"}, "fr": {"title": "Manif"}},
        "audience": Audience(),
        "channels": ("text",),
        "wordings": (Wording(language="en", text="Come"), Wording(language="fr", text="Venez")),
        "approved": Numbers(texts=100),
        "approved_by": "olivia",
        "traceparent": "",
        "created_at": NOON,
    }
    return Broadcast(**(known | given_))


@pytest.mark.parametrize(
    ("planned", "approved", "outgrown"),
    [
        (100, 100, False),
        (20, 0, False),
        (21, 0, True),
        (120, 100, False),
        (121, 100, True),
        (1100, 1000, False),
        (1101, 1000, True),
    ],
)
def test_a_few_more_than_approved_are_told_and_many_more_are_not(planned: int, approved: int, outgrown: bool) -> None:
    assert Numbers(texts=planned).outgrow(Numbers(texts=approved)) is outgrown
    assert Numbers(emails=planned).outgrow(Numbers(emails=approved)) is outgrown


@given(people, people)
def test_what_was_approved_or_less_never_waits(texts: int, emails: int) -> None:
    approved = Numbers(texts=texts, emails=emails)

    assert not approved.outgrow(approved)
    assert not Numbers().outgrow(approved)


@given(people, people)
def test_never_more_than_a_tenth_or_twenty_people_beyond_the_approval(planned: int, approved: int) -> None:
    if not Numbers(texts=planned).outgrow(Numbers(texts=approved)):
        assert planned <= max(approved * 1.1, approved + 20)


def test_rings_are_the_call_campaigns_business() -> None:
    assert not Numbers(rings=10_000).outgrow(Numbers())


def test_a_held_broadcast_goes_on_once_somebody_approves_the_new_numbers() -> None:
    held = broadcast().held(OUTGROWN)

    approved = held.approve(Numbers(texts=300), "omar")

    assert (held.state, held.held_because) == (BroadcastState.HELD, OUTGROWN)
    assert (approved.state, approved.held_because) == (BroadcastState.PLANNING, None)
    assert (approved.approved, approved.approved_by) == (Numbers(texts=300), "omar")


def test_a_broadcast_that_is_not_held_needs_no_approval() -> None:
    with pytest.raises(BroadcastIsNotHeld):
        broadcast().approve(Numbers(texts=300), "omar")


@pytest.mark.parametrize("state", [BroadcastState.PLANNING, BroadcastState.HELD, BroadcastState.SENDING])
def test_a_broadcast_can_be_stopped_until_it_is_over(state: BroadcastState) -> None:
    stopped = broadcast(state=state).stop(NOON)

    assert (stopped.state, stopped.planned_at) == (BroadcastState.STOPPED, NOON)
    with pytest.raises(BroadcastIsOver):
        stopped.stop(NOON)


def test_a_broadcast_that_was_stopped_stays_known_as_that() -> None:
    assert broadcast().stop(NOON).finish(NOON).state == BroadcastState.STOPPED
    assert broadcast().planned_to_the_end(NOON).finish(NOON).state == BroadcastState.FINISHED


def test_it_is_late_once_what_it_tells_of_is_over() -> None:
    assert not broadcast().is_late(NOON)
    assert broadcast(expires_at=NOON).is_late(NOON)
    assert not broadcast(expires_at=NOON + timedelta(seconds=1)).is_late(NOON)


def test_a_broadcast_is_called_by_its_title_in_the_readers_language() -> None:
    assert broadcast().title_in("fr") == "Manif"
    assert broadcast().title_in("pa") == "Rally"
    assert broadcast(fields={}).title_in("fr") == "status-for-all"


def test_everybody_reads_their_own_language_or_else_the_first() -> None:
    assert best_language("fr", ("en", "fr")) == "fr"
    assert best_language("pa", ("en", "fr")) == "en"
    assert best_language("pa", ()) == "pa"


def test_fields_are_there_in_every_language_of_the_words() -> None:
    fields = in_each(("en", "fr", "pa"), {"link": "/x"}, {"en": {"title": "Rally"}, "fr": {"title": "Manif"}})

    assert fields == {
        "en": {"link": "/x", "title": "Rally"},
        "fr": {"link": "/x", "title": "Manif"},
        "pa": {"link": "/x", "title": "Rally"},
    }
