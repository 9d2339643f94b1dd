"""A dataclass as JSON and back, by a marshmallow schema that is derived from its annotations.

The schema is checked where a domain event is posted as well as where it is read. A reader ignores fields it does not
know, so that a poster may add some.
"""

import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, post_load
from marshmallow import fields as schema_fields

from shared.domain_events.plain import fits, reads


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
