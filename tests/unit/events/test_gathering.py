"""What can be done with a gathering, and when."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.events.domain.attendance import Attendance, Headcount, Status, Via
from services.events.domain.gathering import (
    NEEDS_A_PLACE,
    GatheringIsCancelled,
    GatheringIsFull,
    GatheringIsNotADraft,
    GatheringIsNotScheduled,
    GatheringIsOver,
    GatheringProblem,
    Kind,
    Place,
    PlaceIsMissing,
    State,
)
from tests.unit.events.gatherings import AFTER, BEFORE, rally, yes

DRAFT = {"state": State.DRAFT}
CANCELLED = {"state": State.CANCELLED}


def test_a_draft_is_scheduled_once() -> None:
    scheduled = rally(**DRAFT).schedule(BEFORE)

    assert scheduled.state == State.SCHEDULED
    with pytest.raises(GatheringIsNotADraft):
        scheduled.schedule(BEFORE)


def test_what_has_taken_place_is_neither_scheduled_nor_cancelled() -> None:
    with pytest.raises(GatheringIsOver):
        rally(**DRAFT).schedule(AFTER)
    with pytest.raises(GatheringIsOver):
        rally().cancel(AFTER)


def test_only_what_is_scheduled_is_cancelled() -> None:
    cancelled = rally().cancel(BEFORE)

    assert cancelled.state == State.CANCELLED
    for other in (rally(**DRAFT), cancelled):
        with pytest.raises(GatheringIsNotScheduled):
            other.cancel(BEFORE)


def test_a_gathering_admits_somebody_new() -> None:
    answer = yes()

    assert rally().admit(answer, None, coming=0, at=BEFORE) is answer


def test_a_second_yes_changes_nothing() -> None:
    first = yes()

    assert rally().admit(yes(at=BEFORE + timedelta(hours=1)), first, coming=1, at=BEFORE) is first


def test_a_yes_after_a_no_brings_the_same_attendance_back() -> None:
    stayed_away = yes().stay_away(BEFORE)
    by_text = yes(at=BEFORE + timedelta(hours=1), via=Via.TEXT, sealed=None, language=None)

    back = rally().admit(by_text, stayed_away, coming=0, at=BEFORE)

    assert (back.id, back.status, back.via) == (stayed_away.id, Status.COMING, Via.TEXT)
    assert (back.sealed, back.language) == ("ciphertext", "en")


def test_an_older_yes_that_arrives_late_does_not_undo_a_newer_no() -> None:
    stayed_away = yes().stay_away(BEFORE)

    assert rally().admit(yes(at=BEFORE - timedelta(hours=1)), stayed_away, coming=0, at=BEFORE) is stayed_away


@pytest.mark.parametrize("changes", [{}, CANCELLED])
def test_what_people_were_told_of_is_no_draft_any_more(changes: dict[str, State]) -> None:
    rally(**DRAFT).check_is_a_draft()

    with pytest.raises(GatheringIsNotADraft):
        rally(**changes).check_is_a_draft()


@pytest.mark.parametrize(
    ("changes", "at", "to_come"),
    [({}, BEFORE, True), ({}, AFTER, False), (DRAFT, BEFORE, False), (CANCELLED, BEFORE, False)],
)
def test_what_is_announced_is_to_come_until_it_ends(changes: dict[str, State], at: datetime, to_come: bool) -> None:
    assert rally(**changes).is_to_come(at) is to_come


@pytest.mark.parametrize(
    ("changes", "at", "refusal"),
    [
        (DRAFT, BEFORE, GatheringIsNotScheduled),
        (CANCELLED, BEFORE, GatheringIsCancelled),
        (CANCELLED, AFTER, GatheringIsCancelled),
        ({}, AFTER, GatheringIsOver),
        ({"capacity": 1}, BEFORE, GatheringIsFull),
    ],
)
def test_nobody_is_admitted_to_what_takes_nobody(
    changes: dict[str, Any], at: datetime, refusal: type[GatheringProblem]
) -> None:
    with pytest.raises(refusal):
        rally(**changes).admit(yes(), None, coming=1, at=at)


def test_a_full_gathering_says_so_to_those_who_have_a_place_too() -> None:
    """A stranger who answers in somebody's name must not learn whether they are coming."""
    with pytest.raises(GatheringIsFull):
        rally(capacity=1).admit(yes(), yes(), coming=1, at=BEFORE)


def test_a_gathering_takes_answers_until_it_ends() -> None:
    ends = rally().when.ends_at

    rally().check_takes_answers(ends - timedelta(seconds=1))

    with pytest.raises(GatheringIsOver):
        rally().check_takes_answers(ends)


@pytest.mark.parametrize("kind", sorted(NEEDS_A_PLACE))
def test_nobody_is_asked_to_a_rally_without_a_place(kind: Kind) -> None:
    with pytest.raises(PlaceIsMissing):
        rally(kind=kind, place=Place())


@pytest.mark.parametrize("kind", sorted(set(Kind)))
def test_a_city_alone_is_no_place(kind: Kind) -> None:
    with pytest.raises(PlaceIsMissing):
        rally(kind=kind, place=Place(city="Toronto"))


@pytest.mark.parametrize("kind", sorted(set(Kind) - NEEDS_A_PLACE))
def test_what_needs_no_place_may_be_online(kind: Kind) -> None:
    assert rally(kind=kind, place=Place()).place.is_online


def test_a_place_reads_as_one_line() -> None:
    assert Place(venue="Hall", address="1 Main Street", city="Guelph").in_one_line == "Hall, 1 Main Street"
    assert Place(address="1 Main Street", city="Guelph").in_one_line == "1 Main Street"


def test_a_language_that_is_not_written_falls_back_on_the_first() -> None:
    assert rally().text("fr").language == "fr"
    assert rally().text("pa").language == "en"


@given(page=st.integers(0, 10**6), text=st.integers(0, 10**6))
def test_a_headcount_adds_up(page: int, text: int) -> None:
    assert Headcount(page=page, text=text).total == page + text


@pytest.mark.parametrize(
    ("coming", "shown"), [(Headcount(), None), (Headcount(page=3, text=1), None), (Headcount(page=3, text=2), 5)]
)
def test_everybody_may_read_how_many_come_but_not_how_few(coming: Headcount, shown: int | None) -> None:
    assert coming.in_public == shown


class Answers(RuleBasedStateMachine):
    """Whatever a handful of people answer, in whatever order, no place is given twice or kept by who stays away."""

    def __init__(self) -> None:
        super().__init__()
        self.gathering = rally(capacity=3)
        self.kept: dict[str, Attendance] = {}
        self.now = BEFORE

    @property
    def coming(self) -> int:
        return sum(one.is_coming for one in self.kept.values())

    @rule(who=st.sampled_from("abcde"))
    def say_yes(self, who: str) -> None:
        self.now += timedelta(seconds=1)
        full = self.coming >= 3
        try:
            self.kept[who] = self.gathering.admit(yes(who, self.now), self.kept.get(who), self.coming, self.now)
        except GatheringIsFull:
            assert full
        else:
            assert self.kept[who].is_coming
            assert not full

    @rule(who=st.sampled_from("abcde"))
    def say_no(self, who: str) -> None:
        self.now += timedelta(seconds=1)
        if who in self.kept:
            self.kept[who] = self.kept[who].stay_away(self.now)

    @invariant()
    def there_are_never_too_many(self) -> None:
        assert self.coming <= 3


test_answers_in_any_order = Answers.TestCase
