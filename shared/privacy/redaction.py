"""Takes anything that looks like a person out of what is about to be logged.

What has a form (an e-mail address, a telephone number, a postal code) is found wherever it stands. A name, or what
somebody wrote, has no form: it is kept out by the name of its field, and by logging ids only.
"""

import re
from typing import Any

REDACTED = "[redacted]"

# Words in a field's name that say it holds a person, what they said or where they are, or a secret.
PERSONAL_WORDS = frozenset(
    {
        *("name", "names", "to", "from", "recipient", "caller"),
        *("email", "emails", "phone", "phones", "telephone", "mobile", "ip", "addr"),
        *("address", "street", "postal", "postcode", "zip"),
        *("body", "text", "words", "comment", "comments", "content"),
        *("password", "secret", "token", "cookie", "authorization", "pepper"),
    }
)
_PLAIN = re.compile(r"[a-z_]{1,40}")
_BETWEEN_WORDS = re.compile(r"[\W\d_]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# Our own ids hold long runs of digits by chance. They are found first and kept: UUIDs, fingerprints and the vendors'
# ids, trace and span ids.
_IDS = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[A-Z]{2})?[0-9a-f]{32}|[0-9a-f]{16}"
_KEPT = rf"(?P<kept>(?<![0-9A-Za-z])(?:{_IDS})(?![0-9A-Za-z]))"
# Lengths are bounded (RFC 5321), so that a long line costs no more than it has to. %40 is how web addresses write @.
_MAILBOX, _DOMAIN = r"[^\s\"<>@,;:()]", r"[^\s\"'<>@,;:()]"
_EMAIL = rf"{_MAILBOX}{{1,64}}(?:@|%40){_DOMAIN}{{1,255}}\.{_DOMAIN}+"
_GAP = r"(?:[\s.()/-]|%20|\+(?=\d))*"
# Ten digits as North America writes them, and whatever begins with a plus and a country's code.
_PHONE = rf"(?<!\d)(?:\+|%2B)?(?:1{_GAP})?\(?[2-9]\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{4}}(?!\d)"
_PHONE_ABROAD = rf"(?:\+|%2B){_GAP}[1-9](?:{_GAP}\d){{6,14}}(?!\d)"
_POSTAL_CODE = (
    r"(?<![0-9A-Za-z])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z](?:[\s+-]|%20)*\d[ABCEGHJ-NPRSTV-Z]\d(?![0-9A-Za-z])"
)
_PERSONAL = re.compile("|".join((_KEPT, _EMAIL, _PHONE_ABROAD, _PHONE, _POSTAL_CODE)), re.IGNORECASE)
# Each of these has a digit or a @ in it, and most of what is logged has neither.
_MAY_BE_PERSONAL = re.compile(r"[\d@]")
_MOST_NAMES = 1024
_of_code: dict[str, tuple[str, bool]] = {}
# A telephone number that is written without a sign has ten digits.
_TOO_SHORT = 10**9


def redact(text: str) -> str:
    """The text without e-mail addresses, telephone numbers and postal codes."""
    if not _MAY_BE_PERSONAL.search(text):
        return text
    return _PERSONAL.sub(lambda found: found["kept"] or REDACTED, text)


def redact_event(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor that redacts every value of a log line, and drops the personal ones whole."""
    redacted = {}
    for name, value in event.items():
        field, is_personal = _of_code.get(name) or _field_of(str(name))
        redacted[field] = REDACTED if is_personal else redact(value) if type(value) is str else _redacted(value)
    return redacted


def _field_of(name: str) -> tuple[str, bool]:
    """`_field`, remembered for names that stand in the code; one with a digit or a sign may be somebody's address."""
    field = _field(name)
    if _PLAIN.fullmatch(name) and len(_of_code) < _MOST_NAMES:
        _of_code[name] = field
    return field


def _field(name: str) -> tuple[str, bool]:
    """A field's name as it may be logged, and whether what it holds is personal."""
    return redact(name), any(word.lower() in PERSONAL_WORDS for word in _BETWEEN_WORDS.split(name))


def _redacted(value: Any) -> Any:
    """The value as JSON can hold it; what is none of JSON's kinds is told by its text, which is redacted too."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -_TOO_SHORT < value < _TOO_SHORT or redact(str(value)) == str(value) else REDACTED
    if isinstance(value, dict):
        return redact_event(None, "", value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(one) for one in value]
    return redact(_as_text(value))


def _as_text(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
