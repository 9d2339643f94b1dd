"""`groundswell rehearse` on a whole stack: it passes, passes again, and does not pass where something is wrong."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import requests

from deploy.local.temporary import without_ours
from deploy.rehearsal.expected import ENDINGS
from deploy.rehearsal.people import Supporter, invent
from deploy.rehearsal.place import DEMO_PEOPLE, NEXT_PERSON
from tests.fixtures.stack import RunningStack

REHEARSE = (sys.executable, "-m", "shared.command_line", "rehearse")
# A whole campaign, on a machine that may be busy.
pytestmark = pytest.mark.timeout(1200)


@dataclass(frozen=True)
class Rehearsed:
    """How a rehearsal ended."""

    code: int
    report: dict[str, Any]
    told: str

    @property
    def stages(self) -> dict[str, tuple[int, int]]:
        """What was expected and what was seen, by stage."""
        return {stage["name"]: (stage["expected"], stage["seen"]) for stage in self.report["stages"]}

    @property
    def different(self) -> set[str]:
        """The stages that were not as expected."""
        return {name for name, (expected, seen) in self.stages.items() if expected != seen}


def rehearse(stack: RunningStack, *options: str) -> Rehearsed:
    """Rehearse on a stack, as a person would at a terminal."""
    command = [*REHEARSE, "--json", "--data", str(stack.folder.path), *options]
    done = subprocess.run(command, env=without_ours(), capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr[-3000:]
    return Rehearsed(done.returncode, json.loads(done.stdout), done.stderr)


@contextmanager
def fault(stack: RunningStack, **one: Any) -> Iterator[None]:
    """Something goes wrong in the sandbox until the end of the block."""
    address = f"{stack.sandbox_url}/sandbox/api/faults"
    requests.put(address, json={"faults": [one]}, timeout=60).raise_for_status()
    yield
    requests.delete(address, timeout=60).raise_for_status()


def next_person(stack: RunningStack) -> Supporter:
    """Whom the next rehearsal will begin with."""
    counted = stack.folder.path / NEXT_PERSON
    (person,) = invent(1, ["M5V2T6"], first=int(counted.read_text()) if counted.exists() else DEMO_PEOPLE)
    return person


@pytest.fixture
def scratch(stack: RunningStack) -> Iterator[psycopg.Connection]:
    """A table in one of Groundswell's databases, gone afterwards."""
    address = f"{stack.settings['GROUNDSWELL_DATABASE_URL']}/groundswell_events"
    with psycopg.connect(address, autocommit=True) as database:
        database.execute("CREATE TABLE scratch (noted text)")
        yield database
        database.execute("DROP TABLE scratch")


def test_a_whole_campaign_is_as_expected_and_so_is_the_next_on_the_same_stack(stack: RunningStack) -> None:
    first = rehearse(stack, "--supporters", "60")
    second = rehearse(stack, "--supporters", "40")

    for rehearsed, supporters in ((first, 60), (second, 40)):
        assert rehearsed.different == set(), rehearsed.told
        assert rehearsed.code == 0
        assert (rehearsed.report["ok"], rehearsed.report["supporters"]) == (True, supporters)
        assert set(rehearsed.report) == {"ok", "seconds", "supporters", "stages"}
        # Nothing is as expected only because nothing was to be expected.
        assert all(rehearsed.stages[ending][0] > 0 for ending in ENDINGS)


def test_texts_that_never_reach_us_are_missed_by_the_stages_that_need_them(stack: RunningStack) -> None:
    with fault(stack, endpoint="inbound", kind="lost"):
        rehearsed = rehearse(stack, "--supporters", "40", "--patience", "5")

    assert rehearsed.code == 1
    assert rehearsed.report["ok"] is False
    assert {"attendances", "those who come are told where", "opt-outs heard"} <= rehearsed.different
    assert rehearsed.stages["attendances"][1] == 0
    assert "NOT attendances" in rehearsed.told


def test_a_person_in_clear_in_a_table_or_a_log_is_found(stack: RunningStack, scratch: psycopg.Connection) -> None:
    person = next_person(stack)
    scratch.execute("INSERT INTO scratch VALUES (%s)", [f"{person.name} called about the rally"])
    (stack.logs / "planted.log").write_text(f"could not write to {person.surname.lower()}.7@example.org\n")

    rehearsed = rehearse(stack, "--supporters", "5")

    (stack.logs / "planted.log").unlink()
    assert rehearsed.code == 1
    assert rehearsed.different == {"personal data found in clear"}
    assert rehearsed.stages["personal data found in clear"] == (0, 2)
    assert "in clear: table groundswell_events.public.scratch, 1 times" in rehearsed.told
    assert "in clear: log planted.log, 1 times" in rehearsed.told
    assert person.surname not in rehearsed.told


def test_more_people_than_there_are_numbers_is_one_line(stack: RunningStack) -> None:
    counted = stack.folder.path / NEXT_PERSON
    before = counted.read_text() if counted.exists() else str(DEMO_PEOPLE)
    counted.write_text("999999")

    command = [*REHEARSE, "--supporters", "5", "--data", str(stack.folder.path)]
    done = subprocess.run(command, env=without_ours(), capture_output=True, text=True, check=False)

    counted.write_text(before)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: there are only ")
    assert done.stderr.count("\n") == 1
