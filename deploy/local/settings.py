"""The local stack's settings: made up once, kept in a file of the data folder, and overridden by the environment.

Secrets and choices are kept as they stand in the file; addresses follow from the ports each time.
"""

import base64
import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from deploy.local import kafka, postgres
from deploy.local.ports import HOST, Ports
from deploy.local.trouble import CannotStart

SANDBOX_URL = "LOCAL_SANDBOX_URL"
POSTGRES_PASSWORD = "LOCAL_POSTGRES_PASSWORD"  # noqa: S105 — the variable's name
DEMO_EMAIL = "LOCAL_DEMO_EMAIL"
DEMO_PASSWORD = "LOCAL_DEMO_PASSWORD"  # noqa: S105 — the variable's name

# What suits a stand-in for the vendors: it answers at once, takes any load, and nobody is woken at night.
CHOICES = {
    "GROUNDSWELL_TWILIO_TEXT_FROM": "+14165550100",
    "GROUNDSWELL_TWILIO_CALL_FROM": "+14165550101",
    "GROUNDSWELL_EMAIL_FROM": "actions@example.ca",
    "GROUNDSWELL_ORGANIZATION_NAME": "Students United",
    "GROUNDSWELL_ORGANIZATION_ADDRESS": "1 Example Street, Toronto ON M5V 2T6",
    "GROUNDSWELL_QUIET_HOURS": "none",
    "GROUNDSWELL_TEXTS_PER_SECOND": "1000",
    "GROUNDSWELL_LETTERS_PER_SECOND": "500",
    "GROUNDSWELL_DELIVERY_LEASE_SECONDS": "15",
    "GROUNDSWELL_EMAIL_SILENCE_SECONDS": "15",
    "GROUNDSWELL_TEXT_RECEIPT_SECONDS": "15",
    "GROUNDSWELL_CALLS_PER_SECOND": "50",
    "GROUNDSWELL_CALLS_PER_TELEPHONE_A_DAY": "1000",
    "GROUNDSWELL_CALL_LEASE_SECONDS": "15",
    "GROUNDSWELL_CALL_QUIET_SECONDS": "30",
    "GROUNDSWELL_CALL_SETTLE_SECONDS": "1",
    "GROUNDSWELL_REPRESENT_PER_MINUTE": "6000",
    DEMO_EMAIL: "organizer@example.org",
}
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
ABOUT = """\
# The settings and secrets of this local stack. Change what you like; a variable of the same name in the environment
# counts more. Only the addresses are written anew at each start, as they follow from the ports.
"""


def settings_in(path: Path) -> dict[str, str]:
    """What a settings file says; nothing where there is none. Raises `CannotStart` where it cannot be read."""
    try:
        lines = path.read_text().splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"{path} cannot be read ({error}); mend it, or start anew with --fresh") from None
    settings = {}
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            name, value = _setting_in(line, f"{path}, line {number}")
            settings[name] = value
    return settings


def _setting_in(line: str, where: str) -> tuple[str, str]:
    """A line as a shell would read it, so that the file can be sourced too."""
    name, equals, quoted = line.strip().partition("=")
    try:
        words = shlex.split(quoted)
    except ValueError:
        words = ["", ""]
    if not equals or not name.isidentifier() or len(words) > 1:
        raise CannotStart(f"{where}: not NAME=value or NAME='some words'; mend it, or start anew with --fresh")
    return name, "".join(words)


def keep_settings(
    path: Path, environment: Mapping[str, str], web_port: int | None = None
) -> tuple[dict[str, str], Ports]:
    """Bring the settings file up to date; what it says then, and the ports. `web_port` moves all of them.

    Raises `CannotStart`.
    """
    kept = settings_in(path)
    ports = Ports().moved_to(web_port) if web_port else Ports().as_set_in({**kept, **environment})
    chosen = {**CHOICES, **_secrets_beside(kept), **kept, **ports.as_settings()}
    settings = {**chosen, **_addresses(ports, chosen)}
    _write(path, settings)
    return settings, ports


def _secrets_beside(kept: Mapping[str, str]) -> dict[str, str]:
    """New secrets; of those that are kept, the old ones count."""
    pair = {} if "SANDBOX_SENDGRID_PRIVATE_KEY" in kept else _sendgrid_keys()
    return pair | {
        "GROUNDSWELL_SECRET_KEY": secrets.token_hex(32),
        "GROUNDSWELL_PEPPER": _key_of_32_bytes(),
        "GROUNDSWELL_KEY_ENCRYPTION_KEY": _key_of_32_bytes(),
        "GROUNDSWELL_TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "GROUNDSWELL_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "GROUNDSWELL_SENDGRID_API_KEY": f"SG.{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}",
        POSTGRES_PASSWORD: postgres.new_password(),
        DEMO_PASSWORD: new_demo_password(),
    }


def new_demo_password() -> str:
    """One that can be read out and typed, such as `tavo-mike-rubo-seda`; of digits it might be too easy to guess."""
    syllables = ["".join(map(secrets.choice, (_CONSONANTS, _VOWELS))) for _ in range(8)]
    return "-".join(map("".join, zip(syllables[::2], syllables[1::2], strict=True)))


def _addresses(ports: Ports, chosen: Mapping[str, str]) -> dict[str, str]:
    sandbox = f"http://{HOST}:{ports.sandbox}"
    return {
        "GROUNDSWELL_DATABASE_URL": postgres.address(ports.postgres, chosen[POSTGRES_PASSWORD]),
        "GROUNDSWELL_KAFKA": kafka.address(ports),
        "GROUNDSWELL_PUBLIC_URL": f"http://{HOST}:{ports.web}",
        "GROUNDSWELL_TWILIO_URL": sandbox,
        "GROUNDSWELL_SENDGRID_URL": sandbox,
        "GROUNDSWELL_REPRESENT_URL": sandbox,
        SANDBOX_URL: sandbox,
    }


def _sendgrid_keys() -> dict[str, str]:
    """The pair that signs SendGrid's events: the private half for the sandbox, the public one for who verifies."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "SANDBOX_SENDGRID_PRIVATE_KEY": base64.b64encode(private).decode(),
        "GROUNDSWELL_SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(public).decode(),
    }


def _key_of_32_bytes() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, settings: Mapping[str, str]) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    text = ABOUT + "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items()))
    being_written = path.with_name(path.name + ".new")
    with open(being_written, "w", opener=_for_the_owner) as file:
        file.write(text)
    being_written.rename(path)


def _for_the_owner(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
