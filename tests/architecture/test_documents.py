"""What is written for people names only what there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from shared.command_line import groundswell
from tests.architecture.code import ROOT, name

FOLDERS = ("docs", "shared", "services", "deploy", "tests")
# Made by whoever follows the guide.
NOT_THERE_YET = {"deploy/settings.env"}
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_PATH = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)`")


def pages() -> list[Path]:
    """Every page."""
    return sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])


EACH_PAGE = pytest.mark.parametrize("page", pages(), ids=name)


def code_in(page: Path) -> Iterator[str]:
    """What stands in a page as code: between backticks, or indented as a block."""
    text = page.read_text()
    yield from re.findall(r"`([^`\n]+)`", text)
    yield from (line.strip() for line in text.splitlines() if line.startswith("    "))


@EACH_PAGE
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [target for target in _LINK.findall(page.read_text()) if "://" not in target]

    assert [target for target in targets if not (page.parent / target).exists()] == []


@EACH_PAGE
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = [path for path in _PATH.findall(page.read_text()) if path not in NOT_THERE_YET]

    assert [path for path in named if not (ROOT / path).exists()] == []


@EACH_PAGE
def test_every_command_that_is_named_can_be_given(page: Path) -> None:
    with click.Context(groundswell) as context:
        commands = set(groundswell.list_commands(context))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    named = [found for code in code_in(page) for found in re.findall(r"^(groundswell|make) ([a-z][a-z-]*)", code)]

    assert [
        (program, wanted)
        for program, wanted in named
        if wanted not in (commands if program == "groundswell" else targets)
    ] == []


@pytest.mark.parametrize("folder", ["shared", "deploy"])
def test_a_folders_page_says_what_each_thing_in_it_is(folder: str) -> None:
    page = (ROOT / folder / "README.md").read_text()
    things = [
        one.name for one in (ROOT / folder).iterdir() if not one.name.startswith("__") and one.name != "README.md"
    ]

    assert [one for one in things if not re.search(rf"[`/]{re.escape(one)}[`/]", page)] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    decisions = {path.name for path in folder.glob("0*.md")}

    assert set(_LINK.findall((folder / "README.md").read_text())) == decisions
