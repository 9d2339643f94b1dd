"""Represent as the directory's own reader sees it: members in pages, and what each sample postal code gives."""

from typing import Any

import pytest

from deploy.sandbox.represent.directory import (
    CURRENT_SET,
    OFFICE_NUMBERS,
    RIDINGS,
    WITH_EXTENSION,
    WITHOUT_CONSTITUENCY_OFFICE,
    WITHOUT_TELEPHONE,
)
from deploy.sandbox.represent.postal_codes import SAMPLE_POSTAL_CODES, UNKNOWN_POSTAL_CODE, codes_of
from services.calls.domain.directory import PROVINCES, Representative, ridings_of
from services.calls.providers.represent import RepresentApi
from tests.fixtures.sandbox import Sandbox


@pytest.fixture
def represent(sandbox: Sandbox) -> RepresentApi:
    return RepresentApi(sandbox.url)


def seated(represent: RepresentApi, riding: str) -> Representative:
    return next(one for one in represent.representatives().representatives if one.riding.id == riding)


def test_every_seat_but_the_vacant_one_has_a_member_with_offices(represent: RepresentApi) -> None:
    snapshot = represent.representatives()

    assert snapshot.boundary_set == CURRENT_SET
    assert len(snapshot.representatives) == len(RIDINGS) - 1 >= 25
    assert {one.riding.province for one in snapshot.representatives} == set(PROVINCES.values())
    numbers = {line.number for one in snapshot.representatives for line in one.lines}
    assert numbers == set(OFFICE_NUMBERS)
    assert all("55501" in number for number in numbers)


def test_offices_may_have_an_extension_no_telephone_or_no_place_in_the_riding(represent: RepresentApi) -> None:
    assert [office.extension for office in seated(represent, WITH_EXTENSION).offices] == ["", "204"]
    assert seated(represent, WITHOUT_TELEPHONE).lines == ()
    assert [office.kind for office in seated(represent, WITHOUT_CONSTITUENCY_OFFICE).offices] == ["legislature"]


@pytest.mark.parametrize("code", sorted(SAMPLE_POSTAL_CODES))
def test_a_sample_postal_code_gives_the_ridings_it_is_said_to(represent: RepresentApi, code: str) -> None:
    found = ridings_of(represent.boundaries_of(code), CURRENT_SET)

    assert tuple(riding.id for riding in found) == SAMPLE_POSTAL_CODES[code].ridings


def test_there_is_a_postal_code_of_every_kind(represent: RepresentApi) -> None:
    spanning, superseded, vacant, mute = (
        codes_of(kind) for kind in ("spanning", "superseded", "vacant", "no_telephone")
    )

    assert all(len(SAMPLE_POSTAL_CODES[code].ridings) == 2 for code in spanning)
    assert {one.boundary_set for one in represent.boundaries_of(superseded[0])} > {CURRENT_SET}
    assert RIDINGS[SAMPLE_POSTAL_CODES[vacant[0]].ridings[0]].member is None
    assert not seated(represent, SAMPLE_POSTAL_CODES[mute[0]].ridings[0]).lines
    assert list(represent.boundaries_of(UNKNOWN_POSTAL_CODE)) == []


@pytest.mark.parametrize("code", [UNKNOWN_POSTAL_CODE, "m5s9z9", "M5S 9Z9", "90210"])
def test_a_code_that_is_unknown_or_not_written_as_represent_wants_it_is_not_found(sandbox: Sandbox, code: str) -> None:
    status, answer = sandbox.ask("GET", f"/postcodes/{code.replace(' ', '%20')}/")

    assert (status, answer) == (404, "<h1>Not Found</h1>")


def test_members_come_in_pages_that_lead_on(sandbox: Sandbox) -> None:
    path: str | None = "/representatives/house-of-commons/?limit=10"
    names: list[str] = []
    while path:
        _, page = sandbox.ask("GET", path)
        names += [member["name"] for member in page["objects"]]
        path = page["meta"]["next"]

    assert len(names) == len(set(names)) == len(RIDINGS) - 1
    _, default = sandbox.ask("GET", "/representatives/house-of-commons/")
    assert (default["meta"]["limit"], len(default["objects"])) == (20, 20)
    _, filtered = sandbox.ask("GET", "/representatives/house-of-commons/?district_name=Yukon%20Gold")
    assert [member["name"] for member in filtered["objects"]] == ["Caspian Hollingwolf"]
    assert sandbox.ask("GET", "/representatives/house-of-lords/")[1]["objects"] == []


def test_only_the_boundary_sets_that_are_asked_for_come(sandbox: Sandbox) -> None:
    _, answer = sandbox.ask("GET", f"/postcodes/M5S9Z9/?sets={CURRENT_SET}")

    assert boundary_sets(answer) == {f"/boundary-sets/{CURRENT_SET}/"}


def boundary_sets(answer: dict[str, Any]) -> set[str]:
    lists = (answer["boundaries_centroid"], answer["boundaries_concordance"])
    return {boundary["related"]["boundary_set_url"] for one in lists for boundary in one}


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(sandbox: Sandbox) -> None:
    status, _ = sandbox.ask("GET", "/postcodes/M5S9Z9")

    assert status == 301
