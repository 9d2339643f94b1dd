"""Where a rehearsal takes place."""

import os
from pathlib import Path

import pytest

from deploy.local.data_folder import DataFolder
from deploy.local.settings import SANDBOX_URL
from deploy.local.temporary import ours
from deploy.local.trouble import CannotStart
from deploy.rehearsal.place import DEMO_PEOPLE, VENDORS, Place, place

SANDBOX = "http://127.0.0.1:8025"
OURS = {"GROUNDSWELL_PUBLIC_URL": "http://127.0.0.1:8000", SANDBOX_URL: SANDBOX} | dict.fromkeys(VENDORS, SANDBOX)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """The folder of a stack that seems to run: this process holds its lock, and its environment says nothing."""
    for name in ours(os.environ):
        monkeypatch.delenv(name)
    made = DataFolder(tmp_path / "data")
    made.prepare()
    keep(made, OURS)
    return made


def keep(folder: DataFolder, settings: dict[str, str]) -> None:
    """Write a settings file."""
    folder.settings.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def test_a_stack_that_runs_is_used_as_it_stands(folder: DataFolder) -> None:
    lock = folder.lock()

    with place(folder.path) as here:
        assert (here.public_url, here.sandbox_url) == ("http://127.0.0.1:8000", SANDBOX)
    lock.close()


@pytest.mark.parametrize("vendor", VENDORS)
def test_nothing_is_rehearsed_where_real_people_would_hear_of_it(folder: DataFolder, vendor: str) -> None:
    keep(folder, OURS | {vendor: "https://api.example.com"})
    lock = folder.lock()

    with pytest.raises(CannotStart, match=f"{vendor} does not lead to the sandbox"), place(folder.path):
        pass
    lock.close()


def test_what_the_environment_says_of_a_vendor_counts_more(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_TWILIO_URL", "https://api.example.com")
    lock = folder.lock()

    with pytest.raises(CannotStart, match="GROUNDSWELL_TWILIO_URL"), place(folder.path):
        pass
    lock.close()


def test_nobody_is_in_two_rehearsals(folder: DataFolder) -> None:
    here = Place(OURS, folder)

    taken = [here.take_people(count) for count in (30, 5, 1)]

    assert taken == [DEMO_PEOPLE, DEMO_PEOPLE + 30, DEMO_PEOPLE + 35]


def test_logs_are_kept_however_it_ends(folder: DataFolder, tmp_path: Path) -> None:
    (folder.logs / "web.log").write_text("served\n")

    with pytest.raises(ValueError, match="half way"), Place(OURS, folder).keeping_logs(tmp_path / "kept"):
        raise ValueError("half way")

    assert (tmp_path / "kept" / "web.log").read_text() == "served\n"
