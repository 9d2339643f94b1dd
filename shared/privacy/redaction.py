"""Takes anything that looks like a person out of what is about to be logged."""

import re
from typing import Any

_EMAIL = re.compile(r"[^\s\"'<>@,;:()]+@[^\s\"'<>@,;:()]+\.[^\s\"'<>@,;:()]+")
_PHONE = re.compile(r"(?<![\w-])\+?1?[\s.-]?\(?[2-9]\d{2}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?![\w-])")
_POSTAL_CODE = re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d\b", re.IGNORECASE)
# Fields that hold what a person said or is called, whatever it looks like.
PERSONAL_FIELDS = frozenset(
    {"name", "first_name", "last_name", "email", "phone", "postal_code", "body", "comment", "to"}
)
REDACTED = "[redacted]"


def redact(text: str) -> str:
    """The text without e-mail addresses, telephone numbers and postal codes."""
    return _POSTAL_CODE.sub(REDACTED, _PHONE.sub(REDACTED, _EMAIL.sub(REDACTED, text)))


def redact_event(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor that redacts every value of a log line, and drops the personal ones whole."""
    return {name: REDACTED if name in PERSONAL_FIELDS else _redact_value(value) for name, value in event.items()}


def _redact_value(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return redact_event(None, "", value)
    if isinstance(value, list | tuple):
        return [_redact_value(one) for one in value]
    return value
