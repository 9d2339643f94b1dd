"""What every domain event is made of, and how it becomes a Kafka message (CloudEvents 1.0, binary mode).

A domain event is a frozen dataclass; `encoding.py` derives its schema from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson
from marshmallow import ValidationError
from marshmallow import validate as checks

from shared.domain_events.encoding import Encoded

Headers = list[tuple[str, bytes]]
SPECIFICATION = b"1.0"
CONTENT_TYPE = b"application/json"
MAX_BYTES = 256 * 1024

# What a consumer can read, by CloudEvents type.
Known = dict[str, Encoded]


class EventIsUnreadable(Exception):
    """A message is not a domain event that this catalogue can read; the text says why."""


def about(meaning: str, *, default: Any = MISSING, check: Any = None, each: Any = None) -> Any:
    """A field of a domain event: one sentence of meaning, for people and for the generated reference.

    `check` is a marshmallow validator of its value; `each`, where the field is a list, of each of its members.
    """
    metadata = {"meaning": meaning, "check": check, "each": each}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


def one_of(*words: str) -> Any:
    """A check that a field holds one of these words."""
    return checks.OneOf(words)


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A supporter in a domain event: who it is for the services, and their personal data as ciphertext.

    `id` is the keyed fingerprint; `sealed` opens only in the vault, to the fields that the event's own docstring names.
    """

    id: str = about("The supporter's id: a keyed fingerprint.")
    sealed: str = about("Their personal data, encrypted under their own key.")


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """The base of the catalogue. `type` is the CloudEvents type, `poster` the service whose topic carries it."""

    type: ClassVar[str]
    poster: ClassVar[str]
    keyed_by: ClassVar[str]

    @property
    def key(self) -> str:
        """What keeps its order: the supporter where there is one, the aggregate otherwise."""
        value = getattr(self, self.keyed_by)
        return value.id if isinstance(value, Sealed) else str(value)


@dataclass(frozen=True)
class Envelope:
    """A domain event with its CloudEvents attributes, as a consumer receives it."""

    id: UUID
    type: str
    source: str
    time: datetime
    subject: str
    traceparent: str
    event: DomainEvent


def topic_of(service: str) -> str:
    """The topic that carries what a service posts."""
    return f"groundswell.{service}.v1"


def headers_of(id_: str, type_: str, source: str, time: str, subject: str, traceparent: str) -> Headers:
    """The CloudEvents attributes as Kafka headers (Kafka protocol binding 1.0.2, binary content mode)."""
    return [
        ("ce_specversion", SPECIFICATION),
        ("ce_id", id_.encode()),
        ("ce_type", type_.encode()),
        ("ce_source", source.encode()),
        ("ce_time", time.encode()),
        ("ce_subject", subject.encode()),
        ("traceparent", traceparent.encode()),
        ("content-type", CONTENT_TYPE),
    ]


def read_envelope(headers: Iterable[tuple[str, bytes]], value: bytes | None, known: Known) -> Envelope | None:
    """The domain event in a Kafka message; None where it is of a type that `known` does not hold.

    Raises `EventIsUnreadable` for a missing attribute, malformed JSON or fields that break the schema.
    """
    attributes = {name: (raw or b"").decode("utf-8", "replace") for name, raw in headers}
    try:
        encoded = known.get(attributes["ce_type"])
        return _envelope(attributes, value or b"", encoded) if encoded else None
    except KeyError as missing:
        raise EventIsUnreadable(f"the header {missing} is missing") from missing
    except ValidationError as error:
        # Only which fields and why: the values might be what the schema keeps out.
        raise EventIsUnreadable(f"fields break the schema: {error.messages}") from None
    except (ValueError, TypeError) as error:
        raise EventIsUnreadable(f"{type(error).__name__} while reading the message") from None


def _envelope(attributes: Mapping[str, str], value: bytes, encoded: Encoded) -> Envelope:
    if not attributes["ce_specversion"].startswith("1."):
        raise EventIsUnreadable("it is not of CloudEvents 1")
    return Envelope(
        id=UUID(attributes["ce_id"]),
        type=attributes["ce_type"],
        source=attributes["ce_source"],
        time=_moment(attributes["ce_time"]),
        subject=attributes.get("ce_subject", ""),
        traceparent=attributes.get("traceparent", ""),
        event=encoded.read(orjson.loads(value)),
    )


def _moment(text: str) -> datetime:
    """A moment in RFC 3339. Raises `ValueError`, also where it does not say in which time zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return moment
