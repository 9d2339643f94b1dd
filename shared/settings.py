"""Settings: read once from the environment, checked together, and described where they are declared.

A service declares a frozen dataclass whose fields are made by `setting`; `load` reads them as `GROUNDSWELL_<FIELD>`.
`docs/reference/settings.md` is generated from the same declarations.
"""

import base64
import binascii
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, field, fields
from functools import partial
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from environs import Env, EnvValidationError
from marshmallow import ValidationError, validate

from shared.privacy.addresses import AddressIsInvalid, phone_number
from shared.reaching.quiet_hours import QuietHours, QuietHoursAreWrong, quiet_hours

PREFIX = "GROUNDSWELL_"
T = TypeVar("T")
Read = Callable[[str], Any]


class SettingsAreWrong(Exception):
    """One or more settings are missing or unreadable; the text is one line that says which and what to do."""


def setting(
    description: str, *, read: Read = str, default: Any = MISSING, secret: bool = False, check: Any = None
) -> Any:
    """Declare a setting: what it is for (a sentence), how its text is read, and what holds where it is not set."""
    metadata = {"description": description, "read": read, "secret": secret, "check": check}
    # A dataclass that is logged, or shown in a traceback, prints every field that has a repr.
    options: dict[str, Any] = {"metadata": metadata, "repr": not secret}
    return field(**options) if default is MISSING else field(default=default, **options)


def address(text: str) -> str:
    """An http or https address without a trailing slash."""
    parts = _parts_of(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("is not an address: write http://host:port or https://host")
    return text.rstrip("/")


def database_server(text: str) -> str:
    """A PostgreSQL address; each service adds its own database's name to it."""
    parts = _parts_of(text)
    if parts is None or parts.scheme not in ("postgresql", "postgres") or not parts.hostname:
        raise ValidationError("is not a PostgreSQL address: write postgresql://user:password@host:port")
    return text


def brokers(text: str) -> tuple[str, ...]:
    """A comma-separated list of host:port."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or any(not name.rpartition(":")[0] or not name.rpartition(":")[2].isdigit() for name in names):
        raise ValidationError("is not a list of brokers: write host:port[,host:port]")
    return names


def host_and_port(broker: str) -> tuple[str, int]:
    """One of `brokers` as a socket takes it; an IPv6 address stands in brackets in front of its port."""
    host, _, port = broker.rpartition(":")
    return host.strip("[]"), int(port)


def key_of_32_bytes(text: str) -> bytes:
    """32 random bytes, written in base64."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValidationError("must be 32 bytes in base64: make them with `openssl rand -base64 32`")
    return key


def whole_number(text: str) -> int:
    """A whole number of at least 0."""
    if not (text.isascii() and text.isdigit()):
        raise ValidationError("is not a whole number")
    return int(text)


def count(text: str) -> int:
    """A whole number of at least 1."""
    if whole_number(text) == 0:
        raise ValidationError("is not a whole number of at least 1")
    return int(text)


def above_zero(text: str) -> float:
    """A number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < 100_000:
        raise ValidationError("is not a number above 0")
    return number


def telephone(text: str) -> str:
    """A telephone number in E.164."""
    try:
        return phone_number(text)
    except AddressIsInvalid:
        raise ValidationError("is not a telephone number such as +14165550100") from None


def hours_of_quiet(text: str) -> QuietHours:
    """The hours in which nobody is disturbed."""
    try:
        return quiet_hours(text)
    except QuietHoursAreWrong as reason:
        raise ValidationError(str(reason)) from None


def _parts_of(text: str) -> SplitResult | None:
    """An address's parts, or None where the parser stumbles over it; its own words might repeat a password."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # is read, and may be refused, only here
    except ValueError:
        return None
    return parts


@dataclass(frozen=True)
class CoreSettings:
    """What every process of every service needs."""

    database_url: str = setting(
        "The PostgreSQL server: `postgresql://user:password@host:port`. Each service uses the database "
        "`groundswell_<service>` on it, the vault `groundswell_vault`.",
        read=database_server,
        secret=True,
    )
    kafka: tuple[str, ...] = setting("The Kafka brokers to start from: `host:port[,host:port]`.", read=brokers)
    public_url: str = setting(
        "The address under which supporters and the vendors' webhooks reach the services; webhook signatures are "
        "checked against it.",
        read=address,
    )
    secret_key: str = setting(
        "Signs the organizers' sessions and the links in messages. The same in every service. At least 32 characters.",
        secret=True,
        check=validate.Length(min=32),
    )
    pepper: bytes = setting(
        "32 random bytes in base64 that key the fingerprints of supporters. Never change it: it is who is who.",
        read=key_of_32_bytes,
        secret=True,
    )
    key_encryption_key: bytes = setting(
        "32 random bytes in base64 that wrap each supporter's own key in the vault. Keep it apart from the backups.",
        read=key_of_32_bytes,
        secret=True,
    )
    kafka_security: str = setting(
        "How the brokers are reached: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.",
        default="PLAINTEXT",
        check=validate.OneOf(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]),
    )
    kafka_sasl_mechanism: str = setting("PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, where SASL is used.", default="PLAIN")
    kafka_username: str = setting("The user where SASL is used.", default="")
    kafka_password: str = setting("The password where SASL is used.", default="", secret=True)
    kafka_ca_file: str = setting(
        "A file with the certificates that the brokers' own is checked against, where SSL is used; the system's where "
        "empty.",
        default="",
    )
    kafka_replicas: int = setting("How many brokers keep each topic; 3 in production.", read=count, default=1)
    kafka_partitions: int = setting("How many partitions a new topic gets.", read=count, default=6)
    log_level: str = setting(
        "DEBUG, INFO, WARNING or ERROR.",
        default="INFO",
        check=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
    )


def load(declaration: type[T]) -> T:
    """Read a settings dataclass from the environment. Raises `SettingsAreWrong`: one line about all of it."""
    env = Env(eager=False, prefix=PREFIX)
    declared = fields(declaration)  # type: ignore[arg-type]
    texts = {one.name: _text(env, one) for one in declared}
    try:
        env.seal()
    except EnvValidationError as error:
        raise SettingsAreWrong(_one_line(error.error_messages)) from None
    given = {one.name: one.metadata["read"](texts[one.name]) for one in declared if texts[one.name] is not None}
    return declaration(**given)


def stand_ins(declaration: type) -> dict[str, str]:
    """A made-up value for each required setting, for those who only look at how a service is put together.

    Raises `SettingsAreWrong` where none of those at hand will do.
    """
    return {PREFIX + one.name.upper(): _stand_in(one) for one in fields(declaration) if one.default is MISSING}


def describe(declaration: type) -> Iterator[tuple[str, str, str]]:
    """(variable, description, default) of each setting, for the reference page."""
    for one in fields(declaration):
        default = "required" if one.default is MISSING else f"`{one.default}`" if one.default != "" else "empty"
        yield PREFIX + one.name.upper(), one.metadata["description"], default


def _stand_in(one: Any) -> str:
    for text in _STAND_INS:
        with contextlib.suppress(ValidationError, ValueError):
            _check(one, text)
            return text
    raise SettingsAreWrong(f"settings: no value was made up that {PREFIX}{one.name.upper()} takes")


# One of each kind. Nothing is at the addresses, and no secret is one.
_STAND_INS = (
    "example-of-at-least-thirty-two-letters",
    "http://127.0.0.1:1",
    "postgresql://127.0.0.1:1",
    "127.0.0.1:1",
    base64.b64encode(bytes(32)).decode(),
    "100",
    "+14165550100",
    "name@example.org",
)


def _check(one: Any, text: str) -> None:
    """Read a setting's text. Raises `ValidationError`, or whatever else its reader stumbles over."""
    value = one.metadata["read"](text)
    if one.metadata["check"]:
        one.metadata["check"](value)


def _text(env: Env, one: Any) -> str | None:
    """The variable's text, with every complaint about it kept by `env`; None leaves the default."""
    missing = {} if one.default is MISSING else {"default": None}
    text: str | None = env.str(one.name.upper(), validate=partial(_check, one), **missing)
    return text


def _one_line(messages: Any) -> str:
    parts = []
    for name, problems in sorted(dict(messages).items()):
        text = " ".join(str(problem) for problem in problems) if isinstance(problems, list) else str(problems)
        missing = "not set" in text.lower() or "missing" in text.lower()
        parts.append(f"{name} is not set" if missing else f"{name} {text[:1].lower()}{text[1:].rstrip('.')}")
    return "settings: " + "; ".join(parts) + " (docs/reference/settings.md describes each)"
