"""What every domain event is made of, and how it becomes a Kafka message (CloudEvents 1.0, binary mode).

A domain event is a frozen dataclass. Its marshmallow schema is derived from its annotations, and is checked where the
event is posted as well as where it is read. A reader ignores fields it does not know, so that a poster may add some.
"""

import types
import typing
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, post_load
from marshmallow import fields as schema_fields
from marshmallow import validate as checks

from shared.domain_events.plain import fits, reads

Headers = list[tuple[str, bytes]]
SPECIFICATION = b"1.0"
CONTENT_TYPE = b"application/json"
MAX_BYTES = 256 * 1024

E = TypeVar("E", bound="type[DomainEvent]")


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


class Encoded:
    """Reads and writes one dataclass; made once per class, as building a schema costs more than using it."""

    def __init__(self, shape: type) -> None:
        self.schema = schema_for(shape)()
        self._is_plain = fits(shape)
        self._read_plain = reads(shape)

    def json(self, value: Any) -> bytes:
        """The value as JSON, or `ValidationError` where it breaks its own schema."""
        return orjson.dumps(value if self._is_plain(value) else self.write(value))

    def write(self, value: Any) -> dict[str, Any]:
        """The JSON-ready fields, or `ValidationError` where the value breaks its own schema."""
        written: dict[str, Any] = self.schema.dump(value)
        # Reading it checks it; comparing finds what marshmallow writes as another kind, such as 1.5 where 1 is asked.
        if self.schema.load(written) != value:
            raise ValidationError(f"{type(value).__name__} does not read as it is written: a field is of another kind")
        return written

    def read(self, fields_: Any) -> Any:
        """The value, or `ValidationError`."""
        plain = self._read_plain(fields_)
        return self.schema.load(fields_) if plain is None else plain


_PLAIN: dict[Any, type[schema_fields.Field[Any]]] = {
    str: schema_fields.String,
    int: schema_fields.Integer,
    float: schema_fields.Float,
    bool: schema_fields.Boolean,
    UUID: schema_fields.UUID,
    datetime: schema_fields.AwareDateTime,
}


_schemas: dict[type, type[Schema]] = {}


def schema_for(shape: type) -> type[Schema]:
    """The marshmallow schema of a dataclass: its annotations, its defaults and its fields' checks."""
    if shape not in _schemas:
        _schemas[shape] = _make_schema(shape)
    return _schemas[shape]


def _make_schema(shape: type) -> type[Schema]:
    hints = typing.get_type_hints(shape)
    members: dict[str, Any] = {}
    for one in fields(shape):
        check = one.metadata.get("check")
        options: dict[str, Any] = {"validate": check, "metadata": {"description": one.metadata.get("meaning", "")}}
        options |= {"required": True} if one.default is MISSING else {"load_default": one.default}
        members[one.name] = _field_for(hints[one.name], options, one.metadata.get("each"))

    def build(self: Schema, loaded: dict[str, Any], **_: Any) -> Any:
        return shape(**loaded)

    members["build"] = post_load(build)
    members["Meta"] = type("Meta", (), {"unknown": EXCLUDE})
    return type(f"{shape.__name__}Schema", (Schema,), members)


def _field_for(hint: Any, options: dict[str, Any], each: Any = None) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (one for one in arguments if one is not type(None))
        return _field_for(inner, options | {"allow_none": True}, each)
    if origin is tuple:
        return _Sequence(_field_for(arguments[0], {"validate": each}), **options)
    if origin is dict:
        return schema_fields.Dict(keys=schema_fields.String(), values=_field_for(arguments[1], {}), **options)
    if is_dataclass(hint):
        return schema_fields.Nested(schema_for(typing.cast("type", hint)), **options)
    if hint is int:
        options = options | {"strict": True}
    return _PLAIN[hint](**options)


class _Sequence(schema_fields.List[Any]):
    """A list that reads back as a tuple, so that an event stays frozen all the way down."""

    def _deserialize(self, *given: Any, **named: Any) -> Any:
        return tuple(super()._deserialize(*given, **named))


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


def read_envelope(headers: typing.Iterable[tuple[str, bytes]], value: bytes | None, known: "Known") -> Envelope | None:
    """The domain event in a Kafka message; None where it is of a type that `known` does not hold.

    Raises `EventIsUnreadable` for a missing attribute, malformed JSON or fields that break the schema.
    """
    attributes = {name: (raw or b"").decode("utf-8", "replace") for name, raw in headers}
    try:
        encoded = known.get(attributes["ce_type"])
        if encoded is None:
            return None
        if not attributes["ce_specversion"].startswith("1."):
            raise EventIsUnreadable("it is not of CloudEvents 1")
        return Envelope(
            id=UUID(attributes["ce_id"]),
            type=attributes["ce_type"],
            source=attributes["ce_source"],
            time=_moment(attributes["ce_time"]),
            subject=attributes.get("ce_subject", ""),
            traceparent=attributes.get("traceparent", ""),
            event=encoded.read(orjson.loads(value or b"")),
        )
    except KeyError as missing:
        raise EventIsUnreadable(f"the header {missing} is missing") from missing
    except ValidationError as error:
        # Only which fields and why: the values might be what the schema keeps out.
        raise EventIsUnreadable(f"fields break the schema: {error.messages}") from None
    except (ValueError, TypeError) as error:
        raise EventIsUnreadable(f"{type(error).__name__} while reading the message") from None


def _moment(text: str) -> datetime:
    """A moment in RFC 3339. Raises `ValueError`, also where it does not say in which time zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return moment


Known = dict[str, Encoded]
