"""The console script is quick to help, and a part that is missing spoils nothing but itself."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HEAVY = ("sqlalchemy", "kafka", "alembic", "flask", "marshmallow", "structlog", "prometheus_client")
ENTRY_POINTS = """\
[groundswell.commands]
broken = nowhere.at_all:command
nameless = shared.command_line:no_such_command

[groundswell.services]
broken = nowhere.at_all:service
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with what is installed but cannot be imported, and what is written in a hurry."""
    folder = tmp_path / "broken-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(ENTRY_POINTS)
    return tmp_path


def groundswell(*arguments: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shared.command_line", *arguments]
    environment = {"PYTHONPATH": f"{path}:{ROOT}", "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["dead-letters", "--help"], ["jobs", "--help"], ["worker", "--help"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom shared.command_line import groundswell\n"
        f"groundswell.main({arguments!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)

    if arguments == ["--help"]:  # tells of the deployment's commands too, which may need more
        assert "dead-letters" in done.stdout
    else:
        assert done.stdout.splitlines()[-1] == "[]"


def test_help_tells_of_every_command_though_one_cannot_be_loaded(installed: Path) -> None:
    done = groundswell("--help", path=installed)

    assert done.returncode == 0
    assert "(`broken` is not available here: No module named 'nowhere')" in " ".join(done.stdout.split())
    for name in ("dead-letters", "outbox", "jobs", "migrate", "topics", "web", "worker", "reference", "erase"):
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize("name", ["broken", "nameless"])
def test_a_command_that_cannot_be_loaded_says_so_in_a_line(installed: Path, name: str) -> None:
    done = groundswell(name, path=installed)

    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: `{name}` is not available here: ")
    assert "Traceback" not in done.stderr


def test_a_service_that_cannot_be_imported_does_not_stand_in_the_way_of_another(installed: Path) -> None:
    """Without settings that is as far as it comes."""
    done = groundswell("dead-letters", "list", "signatures", path=installed)

    assert "GROUNDSWELL_KAFKA is not set" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_service_is_told_which_there_are() -> None:
    done = groundswell("worker", "signature")

    assert done.returncode == 2
    assert (
        "there is no service signature; there are calls, events, notifications, organizers, signatures" in done.stderr
    )


@pytest.mark.parametrize(
    "arguments", [("migrate",), ("topics",), ("worker",), ("organizer", "add"), ("jobs", "list", "calls")]
)
def test_without_settings_a_command_says_in_one_line_what_is_missing(arguments: tuple[str, ...]) -> None:
    done = groundswell(*arguments)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "GROUNDSWELL_DATABASE_URL is not set" in done.stderr
