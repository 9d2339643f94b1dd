"""The folder of a local stack."""

import os
import stat
from pathlib import Path

import pytest

from deploy.local.data_folder import DataFolder, running_on
from deploy.local.trouble import CannotStart


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(CannotStart, match="something else"):
        DataFolder(tmp_path).forget()

    assert (tmp_path / "thesis.txt").exists()


def test_a_place_where_no_folder_can_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match="choose another folder with --data"):
        DataFolder(tmp_path / "file" / "data").prepare()


def test_starting_anew_deletes_all_that_was_kept(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.settings.write_text("A=1\n")
    (folder.kafka / "segment").touch()

    folder.forget()
    folder.prepare()

    assert not folder.settings.exists()
    assert list(folder.kafka.iterdir()) == []


def test_only_one_stack_at_a_time_has_a_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    lock = folder.lock()

    with pytest.raises(CannotStart, match=f"process {os.getpid()}"):
        folder.lock()

    assert running_on(folder) == os.getpid()
    lock.close()
    assert running_on(folder) is None


def test_the_folder_shows_nothing_to_other_people(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")

    folder.prepare()

    for room in (folder.path, folder.logs, folder.kafka):
        assert not stat.S_IMODE(room.stat().st_mode) & (stat.S_IROTH | stat.S_IWOTH)
