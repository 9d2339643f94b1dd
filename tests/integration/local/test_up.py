"""`groundswell up` as a person runs it: started, killed, started again with its data, stopped, started anew."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.local.data_folder import DataFolder
from deploy.local.ports import Ports, free_ports
from deploy.local.readiness import status_of
from deploy.local.settings import settings_in
from deploy.local.temporary import without_ours
from tests.fixtures.waiting import wait_until
from tests.integration.local.processes import family_of, none_is_left

UP = (sys.executable, "-m", "shared.command_line", "up")


@dataclass
class Person:
    """Somebody with a data folder of their own, who starts and stops a stack on it."""

    folder: DataFolder
    ports: Ports = field(default_factory=free_ports)
    started: list[psutil.Process] = field(default_factory=list)

    def starts(self, *options: str) -> subprocess.Popen[str]:
        """Start it, and wait until it is ready."""
        process = self.runs(*options)
        shown: list[str] = []
        assert process.stdout
        for line in process.stdout:
            shown.append(line)
            if "Groundswell is ready" in line:
                self.started += family_of(process.pid)
                return process
        raise AssertionError("".join(shown[-30:]))

    def runs(self, *options: str) -> subprocess.Popen[str]:
        """Start the command."""
        return subprocess.Popen(
            [*UP, f"--data={self.folder.path}", *options],
            env=without_ours() | self.ports.as_settings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def writes(self, text: str) -> None:
        """Leave something in the database."""
        with self._database() as database:
            database.execute("CREATE TABLE left_behind (what text)")
            database.execute("INSERT INTO left_behind VALUES (%s)", [text])

    def reads(self) -> list[str]:
        """What was left in the database."""
        with self._database() as database:
            return [row[0] for row in database.execute("SELECT what FROM left_behind").fetchall()]

    def _database(self) -> psycopg.Connection[tuple[str]]:
        server = settings_in(self.folder.settings)["GROUNDSWELL_DATABASE_URL"]
        return psycopg.connect(f"{server}/postgres", autocommit=True)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    somebody = Person(DataFolder(tmp_path / "data"))
    yield somebody
    for process in somebody.started:
        if process.is_running():
            process.kill()
    # As root, what is in the folder may be elsewhere.
    somebody.folder.forget()


@pytest.mark.timeout(900)  # two whole starts, on a machine that may be busy
def test_a_stack_that_was_killed_leaves_no_process_and_is_there_again_with_its_data(person: Person) -> None:
    first = person.starts()
    person.writes("status for all")

    first.kill()
    first.wait()
    wait_until(lambda: none_is_left(person.started))
    second = person.starts()

    assert status_of(person.ports.web, "/readyz") == 200
    assert status_of(person.ports.web, "/sandbox/") == 200
    assert person.reads() == ["status for all"]
    _stop(second, signal.SIGINT)
    assert second.returncode == 0
    assert none_is_left(person.started)


def test_a_taken_port_is_one_line_and_exit_code_1(person: Person) -> None:
    with socket.create_server(("127.0.0.1", person.ports.kafka)):
        process = person.runs()
        said, _ = process.communicate()

    assert process.returncode == 1
    assert said.splitlines()[-1].startswith(f"Error: port is taken: {person.ports.kafka}")
    assert "Traceback" not in said


def test_a_settings_file_that_is_wrong_is_one_line_and_exit_code_1(person: Person) -> None:
    person.folder.prepare()
    person.folder.settings.write_text("this is no setting\n")

    process = person.runs()
    said, _ = process.communicate()

    assert process.returncode == 1
    assert said.startswith("Error: ")
    assert said.count("\n") == 1


def test_a_setting_that_cannot_be_is_one_line_and_exit_code_1(person: Person) -> None:
    person.folder.prepare()
    person.folder.settings.write_text("GROUNDSWELL_PEPPER=short\n")

    process = person.runs()
    said, _ = process.communicate()

    assert process.returncode == 1
    assert "GROUNDSWELL_PEPPER" in said.splitlines()[-1]


def test_a_second_stack_on_a_folder_is_refused(person: Person) -> None:
    person.folder.prepare()
    lock = person.folder.lock()

    said, _ = person.runs().communicate()

    assert said.startswith("Error: a stack already runs on")
    lock.close()


def test_starting_anew_leaves_a_folder_that_is_not_ours_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    elsewhere = Person(DataFolder(tmp_path))

    process = elsewhere.runs("--fresh")
    said, _ = process.communicate()

    assert process.returncode == 1
    assert "something else" in said
    assert (tmp_path / "thesis.txt").exists()


def _stop(process: subprocess.Popen[str], number: signal.Signals) -> None:
    process.send_signal(number)
    process.communicate()
