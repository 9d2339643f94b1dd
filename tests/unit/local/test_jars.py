"""Kafka's jars in a person's cache."""

from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.trouble import CannotStart


@pytest.fixture(autouse=True)
def _no_cache_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_without_them_one_line_says_how_to_get_them() -> None:
    with pytest.raises(CannotStart, match="groundswell fetch"):
        jars.class_path()


def test_jars_that_are_not_those_listed_are_not_whole() -> None:
    jars.jars_folder().mkdir(parents=True)
    (jars.jars_folder() / f"kafka_2.13-{jars.KAFKA}.jar").write_bytes(b"somebody else's")

    assert jars.are_there()
    assert not jars.are_whole()


def test_a_cache_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    with pytest.raises(CannotStart, match="could not be fetched"):
        jars.fetch(print)


def test_a_network_that_is_down_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(CannotStart, match="could not be fetched") as trouble:
        jars.fetch(print)

    assert "\n" not in str(trouble.value)
    assert list((tmp_path / "groundswell").iterdir()) == []


def test_the_list_names_kafkas_own_jar_in_the_version_that_is_fetched() -> None:
    listed = jars.LIST.read_text()

    assert f"  kafka_2.13-{jars.KAFKA}.jar\n" in listed
