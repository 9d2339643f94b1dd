"""The doctor says what is wrong, and what to do about it."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.doctor import examine
from deploy.local.doctor.finding import Finding
from deploy.local.temporary import without_ours
from shared.bus.topics import create_topics
from shared.database import migrate
from shared.installed import service_names
from shared.privacy import MIGRATIONS as VAULT_MIGRATIONS
from shared.settings import CoreSettings, load
from tests.fixtures.services import random_settings
from tests.fixtures.stack import RunningStack, postgres_server

NOBODY = "postgresql://nobody@127.0.0.1:1"


def test_without_any_settings_it_says_how_to_begin(tmp_path: Path) -> None:
    (finding,) = examine(tmp_path / "none", {})

    assert not finding.well
    assert "groundswell up" in finding.advice


def test_what_does_not_answer_is_named_with_what_to_do(tmp_path: Path) -> None:
    found = _found(tmp_path, random_settings(NOBODY))

    for part in ("PostgreSQL", "Kafka", "Twilio", "SendGrid", "Represent"):
        assert not found[part].well
        assert found[part].advice


@pytest.mark.parametrize(
    ("setting", "text"),
    [("TWILIO_ACCOUNT_SID", "SK123"), ("TWILIO_AUTH_TOKEN", ""), ("SENDGRID_API_KEY", "key"), ("PEPPER", "short")],
)
def test_a_setting_that_does_not_look_right_is_named_without_its_text(tmp_path: Path, setting: str, text: str) -> None:
    settings = random_settings(NOBODY) | {f"GROUNDSWELL_{setting}": text}

    lines = [finding.line() for finding in examine(tmp_path / "none", settings) if not finding.well]

    named = [line for line in lines if f"GROUNDSWELL_{setting}" in line]
    assert named
    assert not text or not any(f" {text}" in line for line in named)


def test_a_database_that_is_not_migrated_is_named(tmp_path: Path) -> None:
    with postgres_server() as server:
        migrate(server, "vault", VAULT_MIGRATIONS)
        found = _found(tmp_path, random_settings(server))

    assert found["PostgreSQL"].well
    assert found["database groundswell_vault"].well
    for name in service_names():
        assert not found[f"database groundswell_{name}"].well
        assert found[f"database groundswell_{name}"].advice == "run `groundswell migrate`"


def test_topics_that_are_missing_are_named_until_they_are_there(
    tmp_path: Path, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = random_settings(NOBODY, kafka)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    before = _found(tmp_path, settings)["topics"]
    create_topics(load(CoreSettings), service_names())
    after = _found(tmp_path, settings)["topics"]

    assert "groundswell.calls.v1" in before.what
    assert before.advice == "run `groundswell topics`"
    assert after.well


def test_a_stack_that_runs_is_well(stack: RunningStack) -> None:
    looked = subprocess.run(
        [sys.executable, "-m", "shared.command_line", "doctor", f"--data={stack.folder.path}"],
        env=without_ours() | stack.ports.as_settings(),
        check=False,
        capture_output=True,
        text=True,
    )

    assert "WRONG" not in looked.stdout
    assert looked.returncode == 0


def _found(tmp_path: Path, settings: dict[str, str]) -> dict[str, Finding]:
    return {finding.part: finding for finding in examine(tmp_path / "none", settings)}
