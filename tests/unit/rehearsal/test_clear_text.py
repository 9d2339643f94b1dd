"""Finding invented people in whatever text they lie."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.rehearsal.clear_text import Searcher, pieces
from deploy.rehearsal.people import invent
from tests.unit.rehearsal.made import CODES, somebody

AMRIT = somebody(name="Amrit Quabacedrifo", surname="Quabacedrifo", phone="+14165550142")
SEARCHER = Searcher([AMRIT])
SPELLINGS = [
    "+14165550142",
    "14165550142",
    "4165550142",
    "(416) 555-0142",
    "+1 (416) 555-0142",
    "1-416-555-0142",
    "416.555.0142",
    "416 555 0142",
    "416\u2010555\u20100142",
    "416‑555‑0142",
    "001 416 555 0142",
    "tel:+1-416-555-0142",
    "%2B14165550142",
    "%2B1%20416%20555%200142",
    "%28416%29%20555-0142",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_is_found_in_any_spelling(spelling: str) -> None:
    assert SEARCHER.finds(f'"to": "{spelling}", "n": 12')


@pytest.mark.parametrize("name", ["Quabacedrifo", "quabacedrifo.0@example.org", "QUABACEDRIFO", "xQuabacedrifox"])
def test_a_name_is_found_in_any_case_and_in_an_address(name: str) -> None:
    assert SEARCHER.finds(f"before {name} after")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+14165550143",
        "94165550142",
        "41655501420",
        "416 555 01 42 is no way to write it",
        "Quabacedri",
        "Quaquaquaqua",
        "2026-11-25T04:16:55.5501420Z",
        "01975a3c-4165-7555-0142-3f1a2b4c5d6e",
    ],
)
def test_what_is_nobodys_is_not_found(text: str) -> None:
    assert not SEARCHER.finds(text)


@given(before=st.text(), after=st.text())
def test_whatever_stands_around_a_name_it_is_found(before: str, after: str) -> None:
    # What begins like a name would be read as one.
    around = before.lower().replace("qua", ""), after
    text = AMRIT.name.join(around)

    assert SEARCHER.finds(text)
    assert SEARCHER.finds(json.dumps({"name": text}))
    assert SEARCHER.finds(json.dumps(json.dumps([text], ensure_ascii=False)))
    assert SEARCHER.finds(quote(text))


@given(
    before=st.text(st.characters(exclude_categories=["Nd"])), after=st.text(st.characters(exclude_categories=["Nd"]))
)
def test_whatever_stands_around_a_number_it_is_found(before: str, after: str) -> None:
    assert SEARCHER.finds(f"{before}+14165550142{after}")


@given(wanted=st.integers(0, 3000), other=st.integers(0, 3000))
def test_one_person_is_not_taken_for_another(wanted: int, other: int) -> None:
    ((one,), (another,)) = (invent(1, CODES, first=number) for number in (wanted, other))

    found = Searcher([one]).finds(f"{another.name} {another.phone} {another.email}")

    assert found == (wanted == other)


@given(before=st.integers(0, 300), chunk=st.integers(1, 100), what=st.sampled_from([AMRIT.name, "+1 (416) 555-0142"]))
def test_nobody_is_lost_between_two_pieces_of_a_log(
    tmp_path_factory: pytest.TempPathFactory, before: int, chunk: int, what: str
) -> None:
    log = tmp_path_factory.getbasetemp() / "piece.log"
    log.write_text("." * before + what + "." * 70)

    assert any(map(SEARCHER.finds, pieces(log, chunk)))


def test_a_log_with_bytes_that_are_no_text_is_read_too(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"\xff\xfe\x80" + AMRIT.name.encode() + b"\xc3")

    assert any(map(SEARCHER.finds, pieces(log)))
