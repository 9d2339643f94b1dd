"""Whom a supporter's call is for, and which of their MP's offices is dialled."""

from collections.abc import Sequence

import pytest

from services.calls.domain.call import Aim, Ending, Line
from services.calls.domain.directory import (
    Boundary,
    Office,
    Riding,
    Snapshot,
    SnapshotIsImplausible,
    Target,
    aim,
    check_plausible,
    choose_line,
    ridings_of,
)
from tests.unit.calls.made import line, representative, riding

CURRENT, OLD = "federal-electoral-districts-2023-representation-order", "federal-electoral-districts"
HERE, THERE, VACANT, MUTE = "35099", "35107", "24001", "59001"


def lines_of(riding_id: str) -> Sequence[Line] | None:
    seats: dict[str, tuple[Line, ...]] = {HERE: (line(),), THERE: (line("+14165550109"),), MUTE: ()}
    return seats.get(riding_id)


@pytest.mark.parametrize(
    ("ridings", "first_will_do", "has_fallback", "expected"),
    [
        (None, False, True, Target(Aim.PENDING)),
        ((HERE,), False, False, Target(Aim.RIDING, HERE)),
        ((HERE,), False, True, Target(Aim.RIDING, HERE)),
        ((), False, False, Ending.RIDING_UNKNOWN),
        ((), True, True, Target(Aim.FALLBACK)),
        ((HERE, THERE), False, False, Ending.SEVERAL_RIDINGS),
        ((HERE, THERE), False, True, Target(Aim.FALLBACK)),
        ((HERE, THERE), True, True, Target(Aim.RIDING, HERE)),
        ((VACANT,), False, False, Ending.SEAT_IS_VACANT),
        ((VACANT,), False, True, Target(Aim.FALLBACK)),
        ((MUTE,), False, False, Ending.OFFICE_HAS_NO_TELEPHONE),
        ((MUTE,), False, True, Target(Aim.FALLBACK)),
    ],
)
def test_whom_a_call_is_for(
    ridings: tuple[str, ...] | None, first_will_do: bool, has_fallback: bool, expected: Target | Ending
) -> None:
    assert aim(ridings, first_will_do=first_will_do, has_fallback=has_fallback, lines_of=lines_of) == expected


def test_both_lists_of_an_answer_count_and_superseded_boundaries_do_not() -> None:
    answer = [
        Boundary(boundary_set=CURRENT, riding=riding(HERE)),
        Boundary(boundary_set=OLD, riding=riding("35075")),
        Boundary(boundary_set=CURRENT, riding=riding(THERE)),
        Boundary(boundary_set=CURRENT, riding=riding(HERE)),
    ]

    assert [one.id for one in ridings_of(answer, CURRENT)] == [HERE, THERE]


CONSTITUENCY, SECOND, OTTAWA = line("1"), line("2"), line("3", kind="legislature")


@pytest.mark.parametrize(
    ("calls_on", "free", "expected"),
    [
        ({}, {"1": 2, "2": 2, "3": 2}, CONSTITUENCY),
        ({"1": 1}, {"1": 1, "2": 2, "3": 2}, SECOND),
        ({"1": 2, "2": 1}, {"1": 0, "2": 1, "3": 2}, SECOND),
        ({"1": 2, "2": 2}, {"1": 0, "2": 0, "3": 2}, OTTAWA),
        ({"1": 2, "2": 2, "3": 2}, {"1": 0, "2": 0, "3": 0}, None),
    ],
)
def test_the_constituency_comes_first_then_the_least_busy_then_the_next(
    calls_on: dict[str, int], free: dict[str, int], expected: Line | None
) -> None:
    assert choose_line([OTTAWA, CONSTITUENCY, SECOND], calls_on, free) == expected


def test_an_office_without_a_telephone_is_not_a_line() -> None:
    offices = (Office(kind="constituency", number=None), Office(kind="legislature", number="+16135550100"))

    assert [one.number for one in representative(HERE, offices=offices).lines] == ["+16135550100"]


def test_a_riding_names_its_province_by_its_number() -> None:
    assert Riding(id="24001", name="Abitibi").province == "QC"
    assert Riding(id="62001", name="Nunavut").province == "NU"
    assert Riding(id="ward-4", name="Ward 4").province is None


def test_a_directory_that_lost_more_than_half_its_people_is_not_believed() -> None:
    few = Snapshot(boundary_set=CURRENT, representatives=(representative(HERE),))
    none = Snapshot(boundary_set=CURRENT, representatives=())

    check_plausible(few, known=0)
    check_plausible(few, known=2)
    for snapshot, known in ((few, 3), (none, 0)):
        with pytest.raises(SnapshotIsImplausible):
            check_plausible(snapshot, known)
