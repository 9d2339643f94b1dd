"""What a directory must do for `calls`, shown of the fake one and of the client of Represent against the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from deploy.sandbox.represent.directory import CURRENT_SET, SUPERSEDED_SET
from services.calls.domain.directory import Boundary, Office, Representative, Riding, Snapshot, ridings_of
from services.calls.providers.fakes import FakeRepresent
from services.calls.providers.ports import Represent, TryLater
from services.calls.providers.represent import RepresentApi, telephone
from tests.fixtures.sandbox import Sandbox

ANNEX = Riding(id="35901", name="Toronto Annex West")
LAKESHORE = Riding(id="35902", name="Toronto Lakeshore North")
GOREWAY = Riding(id="35903", name="Mississauga Goreway")
RIDEAU = Riding(id="35905", name="Ottawa Rideau Falls")
CAPE_BRETON = Riding(id="12902", name="Cape Bretonside")
WASCANA = Riding(id="47902", name="Regina Wascana Creek")
YUKON = Riding(id="60901", name="Yukon Gold")


@dataclass
class Source:
    """A directory that can be sent away."""

    represent: Represent
    go_away: Callable[[], object]


def here(riding: Riding) -> Boundary:
    return Boundary(boundary_set=CURRENT_SET, riding=riding)


def fake() -> FakeRepresent:
    """As much of the sandbox's directory as the tests look at."""
    mute = (Office(kind="legislature", number=None), Office(kind="constituency", number=None))
    people = [
        Representative(name="Fergus Macquoid", riding=CAPE_BRETON, offices=mute),
        Representative(name="Priya Velandar", riding=ANNEX, offices=_offices("+16135550160", "+14165550160")),
        Representative(
            name="Geneviève Larocquine",
            riding=RIDEAU,
            offices=(
                Office(kind="legislature", number="+16135550164"),
                Office(kind="constituency", number="+16135550189", extension="204"),
            ),
        ),
        Representative(
            name="Caspian Hollingwolf", riding=YUKON, offices=(Office(kind="legislature", number="+16135550177"),)
        ),
    ]
    codes = {
        "M5S9Z9": [here(ANNEX)],
        "M5R9Z9": [here(ANNEX), here(LAKESHORE)],
        "L5M9Z9": [
            here(GOREWAY),
            Boundary(boundary_set=SUPERSEDED_SET, riding=Riding(id="35061", name="Mississauga—Streetsville")),
        ],
        "S4S9Z9": [here(WASCANA)],
        "B1P9Z9": [here(CAPE_BRETON)],
    }
    return FakeRepresent(Snapshot(boundary_set=CURRENT_SET, representatives=tuple(people)), codes)


def _offices(ottawa: str, at_home: str) -> tuple[Office, ...]:
    return (Office(kind="legislature", number=ottawa), Office(kind="constituency", number=at_home))


@pytest.fixture(params=["fake", "real"])
def source(request: pytest.FixtureRequest) -> Source:
    if request.param == "fake":
        made = fake()
        return Source(made, lambda: setattr(made, "is_away", True))
    sandbox: Sandbox = request.getfixturevalue("sandbox")
    away = {"endpoint": "represent", "kind": "503"}
    return Source(RepresentApi(sandbox.url), lambda: sandbox.faults(away))


def seated(source: Source) -> dict[str, Representative]:
    return {one.riding.id: one for one in source.represent.representatives().representatives}


def test_every_member_has_a_riding_of_the_current_boundaries(source: Source) -> None:
    snapshot = source.represent.representatives()

    assert snapshot.boundary_set == CURRENT_SET
    ids = [one.riding.id for one in snapshot.representatives]
    assert len(set(ids)) == len(ids) > 0
    assert all(one.name and one.riding.name and one.riding.province for one in snapshot.representatives)
    assert {one.riding.name for one in snapshot.representatives} >= {ANNEX.name, RIDEAU.name}


def test_two_looks_at_an_unchanged_directory_are_alike(source: Source) -> None:
    assert source.represent.representatives() == source.represent.representatives()


def test_a_member_has_offices_in_the_riding_and_in_ottawa(source: Source) -> None:
    lines = {line.kind: line.number for line in seated(source)[ANNEX.id].lines}

    assert lines == {"legislature": "+16135550160", "constituency": "+14165550160"}


def test_an_extension_is_kept_apart_from_the_number(source: Source) -> None:
    (extended,) = [line for line in seated(source)[RIDEAU.id].lines if line.extension]

    assert (extended.number, extended.extension) == ("+16135550189", "204")


def test_an_office_without_a_telephone_gives_no_line(source: Source) -> None:
    member = seated(source)[CAPE_BRETON.id]

    assert member.offices
    assert member.lines == ()


def test_a_member_may_have_no_office_in_the_riding(source: Source) -> None:
    assert [line.kind for line in seated(source)[YUKON.id].lines] == ["legislature"]


def test_a_vacant_seat_has_no_member(source: Source) -> None:
    assert WASCANA.id not in seated(source)


@pytest.mark.parametrize(
    ("code", "ridings"),
    [
        ("M5S9Z9", [ANNEX]),
        ("M5R9Z9", [ANNEX, LAKESHORE]),
        ("L5M9Z9", [GOREWAY]),
        ("S4S9Z9", [WASCANA]),
        ("B1P9Z9", [CAPE_BRETON]),
        ("X0X9Z9", []),
    ],
)
def test_a_postal_code_leads_to_its_ridings_of_today(source: Source, code: str, ridings: list[Riding]) -> None:
    boundaries = source.represent.boundaries_of(code)

    found = ridings_of(boundaries, CURRENT_SET)

    assert {(one.id, one.name) for one in found} == {(one.id, one.name) for one in ridings}


def test_a_superseded_boundary_is_told_apart(source: Source) -> None:
    sets = {boundary.boundary_set for boundary in source.represent.boundaries_of("L5M9Z9")}

    assert sets >= {CURRENT_SET, SUPERSEDED_SET}


def test_a_directory_that_is_away_says_so(source: Source) -> None:
    source.go_away()

    with pytest.raises(TryLater):
        source.represent.representatives()
    with pytest.raises(TryLater) as away:
        source.represent.boundaries_of("M5S9Z9")
    assert "M5S" not in str(away.value)


def test_a_directory_that_cannot_be_reached_says_so() -> None:
    nowhere = RepresentApi("http://127.0.0.1:1")

    with pytest.raises(TryLater):
        nowhere.representatives()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 613 995-0183", ("+16139950183", "")),
        ("1 416 555-0160 ext. 204", ("+14165550160", "204")),
        ("514-555-0160 poste 12", ("+15145550160", "12")),
        ("(902) 555-0150 x7", ("+19025550150", "7")),
        ("", (None, "")),
        ("by appointment", (None, "")),
    ],
)
def test_telephones_are_read_as_offices_write_them(text: str, expected: tuple[str | None, str]) -> None:
    assert telephone(text) == expected
