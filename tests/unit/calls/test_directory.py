"""The directory of ridings, MPs and offices."""

import pytest

from services.calls.domain.directory import (
    Boundary,
    Office,
    Riding,
    Snapshot,
    SnapshotIsImplausible,
    check_plausible,
    ridings_of,
)
from tests.unit.calls.made import representative, riding

CURRENT, OLD = "federal-electoral-districts-2023-representation-order", "federal-electoral-districts"
HERE, THERE = "35099", "35107"


def test_both_lists_of_an_answer_count_and_superseded_boundaries_do_not() -> None:
    answer = [
        Boundary(boundary_set=CURRENT, riding=riding(HERE)),
        Boundary(boundary_set=OLD, riding=riding("35075")),
        Boundary(boundary_set=CURRENT, riding=riding(THERE)),
        Boundary(boundary_set=CURRENT, riding=riding(HERE)),
    ]

    assert [one.id for one in ridings_of(answer, CURRENT)] == [HERE, THERE]


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
