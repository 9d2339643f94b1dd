"""A stack for a while."""

from pathlib import Path

import pytest

from deploy.local.temporary import ours, temporary_stack, without_ours
from deploy.local.trouble import CannotStart

NOWHERE = {"GROUNDSWELL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1", "GROUNDSWELL_KAFKA": "127.0.0.1:1"}


def test_a_stack_that_does_not_come_up_is_told_and_not_waited_for(tmp_path: Path) -> None:
    data = tmp_path / "data"

    with (
        pytest.raises(CannotStart, match="the database does not answer"),
        temporary_stack(data, without_ours() | NOWHERE),
    ):
        raise AssertionError("it came up")

    assert not (data / "settings.env").exists()


def test_a_stack_takes_nothing_from_whoever_starts_it_but_what_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_TWILIO_URL", "https://api.example.com")
    monkeypatch.setenv("SANDBOX_CHECK_SPECS", "/specs")

    assert ours(without_ours()) == {}
    assert ours(without_ours("SANDBOX_CHECK_SPECS")) == {"SANDBOX_CHECK_SPECS": "/specs"}
