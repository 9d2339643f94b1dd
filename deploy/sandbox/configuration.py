"""What the sandbox is told when it starts: the account it plays, the keys it signs with, and whom it calls back."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.sandbox.numbers import is_reachable

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")


class ConfigurationIsWrong(Exception):
    """The sandbox cannot start; the text is one line that says why."""


@dataclass(frozen=True)
class Configuration:
    """One Twilio account with two numbers, one SendGrid key, and the addresses that are told what happens."""

    account_sid: str
    auth_token: str
    text_from: str
    call_from: str
    sendgrid_api_key: str
    event_key: ec.EllipticCurvePrivateKey
    messaging_webhook: str
    event_webhook: str
    voice_webhook: str | None = None
    messaging_service_sid: str | None = None
    # The domain that SendGrid has authenticated; any sender will do where it is not given.
    email_domain: str | None = None
    specs: Path | None = None
    port: int = 8025

    @property
    def own_numbers(self) -> frozenset[str]:
        """The numbers that the account may send and call from."""
        return frozenset((self.text_from, self.call_from))


def read_configuration(
    environment: Mapping[str, str],
    *,
    port: int,
    messaging_webhook: str,
    event_webhook: str,
    voice_webhook: str | None = None,
    specs: Path | None = None,
) -> Configuration:
    """Read the account from the environment. Raises `ConfigurationIsWrong`."""
    return Configuration(
        account_sid=_matching(environment, "GROUNDSWELL_TWILIO_ACCOUNT_SID", ACCOUNT_SID, "AC and 32 hex digits"),
        auth_token=_required(environment, "GROUNDSWELL_TWILIO_AUTH_TOKEN"),
        text_from=_number(environment, "GROUNDSWELL_TWILIO_TEXT_FROM"),
        call_from=_number(environment, "GROUNDSWELL_TWILIO_CALL_FROM"),
        sendgrid_api_key=_required(environment, "GROUNDSWELL_SENDGRID_API_KEY"),
        event_key=_event_key(environment.get("SANDBOX_SENDGRID_PRIVATE_KEY", "")),
        messaging_webhook=_address("--messaging-webhook", messaging_webhook),
        event_webhook=_address("--event-webhook", event_webhook),
        voice_webhook=_address("--voice-webhook", voice_webhook) if voice_webhook else None,
        messaging_service_sid=_messaging_service(environment),
        email_domain=environment.get("GROUNDSWELL_EMAIL_FROM", "").rpartition("@")[2].lower() or None,
        specs=_directory(specs),
        port=port,
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigurationIsWrong(f"{name} is not set")
    return value


def _matching(environment: Mapping[str, str], name: str, pattern: re.Pattern[str], form: str) -> str:
    value = _required(environment, name)
    if not pattern.fullmatch(value):
        raise ConfigurationIsWrong(f"{name} must be {form}")
    return value


def _messaging_service(environment: Mapping[str, str]) -> str | None:
    name = "GROUNDSWELL_TWILIO_MESSAGING_SERVICE_SID"
    if not environment.get(name):
        return None
    return _matching(environment, name, SERVICE_SID, "MG and 32 hex digits")


def _number(environment: Mapping[str, str], name: str) -> str:
    number = _required(environment, name)
    if not is_reachable(number):
        raise ConfigurationIsWrong(f"{name} must be a Canadian or US number such as +14165550100")
    return number


def _address(option: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationIsWrong(f"{option} must be an http address, not {text!r}")
    return text


def _directory(specs: Path | None) -> Path | None:
    if specs is not None and not specs.is_dir():
        raise ConfigurationIsWrong(f"--check-specs: there is no directory {specs}")
    return specs


def _event_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The key that signs SendGrid's events: given as PEM or as its base64, or made anew where none is given."""
    if not text.strip():
        return ec.generate_private_key(ec.SECP256R1())
    try:
        key = load_pem_private_key(_pem(text), password=None)
    except (ValueError, TypeError, binascii.Error):
        raise ConfigurationIsWrong(
            "SANDBOX_SENDGRID_PRIVATE_KEY is not a PEM private key, nor the base64 of one"
        ) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ConfigurationIsWrong("SANDBOX_SENDGRID_PRIVATE_KEY must be an ECDSA key on P-256")
    return key


def _pem(text: str) -> bytes:
    if "BEGIN" in text:
        # A variable in an .env file often has its line breaks written as \n.
        return text.replace("\\n", "\n").encode()
    return base64.b64decode(text, validate=True)
