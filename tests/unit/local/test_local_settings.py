"""The settings that a local stack makes up for itself."""

import base64
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from deploy.local.settings import keep_settings, new_demo_password, settings_in
from deploy.local.trouble import CannotStart
from deploy.sandbox.configuration import read_configuration
from services.organizers.domain.password import check_password
from shared.installed import service_names
from shared.service import service_named
from shared.settings import CoreSettings, load


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.env"


def test_secrets_are_kept_over_restarts(path: Path) -> None:
    first, _ = keep_settings(path, {})
    second, _ = keep_settings(path, {})

    assert first == second


def test_the_console_takes_whatever_password_is_made_up_for_the_demo() -> None:
    for _ in range(1000):
        check_password(new_demo_password(), email="organizer@example.org")


def test_two_stacks_share_no_secret(path: Path, tmp_path: Path) -> None:
    one, _ = keep_settings(path, {})
    other, _ = keep_settings(tmp_path / "other.env", {})

    for name in ("GROUNDSWELL_PEPPER", "GROUNDSWELL_SECRET_KEY", "GROUNDSWELL_KEY_ENCRYPTION_KEY"):
        assert one[name] != other[name]


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    keep_settings(path, {})

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_changed_choice_is_kept(path: Path) -> None:
    keep_settings(path, {})
    path.write_text(path.read_text().replace("GROUNDSWELL_QUIET_HOURS=none", "GROUNDSWELL_QUIET_HOURS=21:00-09:00"))

    settings, _ = keep_settings(path, {})

    assert settings["GROUNDSWELL_QUIET_HOURS"] == "21:00-09:00"


def test_the_addresses_move_with_the_port_and_the_port_is_remembered(path: Path) -> None:
    keep_settings(path, {}, web_port=9000)

    settings, ports = keep_settings(path, {})

    assert ports.web == 9000
    assert settings["GROUNDSWELL_PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert settings["GROUNDSWELL_TWILIO_URL"] == "http://127.0.0.1:9025"


def test_the_environments_ports_count_more_than_the_files(path: Path) -> None:
    keep_settings(path, {}, web_port=9000)

    _, ports = keep_settings(path, {"LOCAL_WEB_PORT": "9200"})

    assert ports.web == 9200


@pytest.mark.parametrize("name", service_names())
def test_every_setting_that_a_service_needs_is_made_up(path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = keep_settings(path, {})
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    declared = service_named(name).settings

    assert load(CoreSettings)
    assert declared is None or load(declared)


@pytest.mark.parametrize("line", ["no equals sign", "two words=1", "OPEN='quote", "A=two words"])
def test_a_line_that_is_no_setting_is_told_with_its_number(path: Path, line: str) -> None:
    path.write_text(f"# a comment\nFINE=1\n{line}\n")

    with pytest.raises(CannotStart, match=r"line 3: not NAME=value"):
        settings_in(path)


def test_a_file_that_is_no_text_is_told_in_one_line(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(CannotStart, match="cannot be read"):
        settings_in(path)


def test_a_shell_reads_the_file_as_we_do(path: Path) -> None:
    settings, _ = keep_settings(path, {})

    script = f'set -a; . {path}; printf %s "$GROUNDSWELL_ORGANIZATION_ADDRESS"'
    said = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True).stdout

    assert said == settings["GROUNDSWELL_ORGANIZATION_ADDRESS"]


def test_what_the_sandbox_signs_the_services_can_verify(path: Path) -> None:
    settings, _ = keep_settings(path, {})
    sandbox = read_configuration(
        settings, port=1, messaging_webhook="http://127.0.0.1:1/", event_webhook="http://127.0.0.1:1/"
    )

    public = load_der_public_key(base64.b64decode(settings["GROUNDSWELL_SENDGRID_WEBHOOK_PUBLIC_KEY"]))

    signature = sandbox.event_key.sign(b"an event", ECDSA(SHA256()))

    public.verify(signature, b"an event", ECDSA(SHA256()))  # type: ignore[union-attr, call-arg, arg-type]
