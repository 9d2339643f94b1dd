"""A quick look at whether a domain event is what its annotations say, made once per dataclass.

Almost every event is. Checked so, it can be written and read as it stands, for a tenth of what its marshmallow schema
takes. Of whatever does not pass nothing is said here: the schema has the last word, and says what is wrong.
"""

import math
import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

Fits = Callable[[Any], bool]
Make = Callable[[Any], Any]


def fits(shape: type) -> Fits:
    """Whether a value is plainly one of a dataclass. Never true of what breaks its schema; it may be false otherwise.

    Exact types only: orjson writes those as marshmallow does.
    """
    if "__dataclass_fields__" not in vars(shape):
        # It only inherits that it is a dataclass, and orjson would not know.
        return lambda _: False
    hints = typing.get_type_hints(shape)
    tests = [(one.name, _test(hints[one.name], **_checks(one.metadata))) for one in fields(shape)]

    def all_fit(value: Any) -> bool:
        if type(value) is not shape:
            return False
        held = vars(value)
        return all(test(held[name]) for name, test in tests)

    return all_fit


def reads(shape: type) -> Make:
    """Makes a dataclass of what was read from JSON, where that is plainly one; None where its schema is to look."""
    make, is_plain = _maker(shape), fits(shape)

    def read(given: Any) -> Any:
        try:
            value = make(given)
        except (TypeError, ValueError, AttributeError):
            return None
        return value if is_plain(value) else None

    return read


def _maker(shape: type) -> Make:
    """Makes a dataclass of what was read, without a look at what stands in its fields; raises where that is not one."""
    hints = typing.get_type_hints(shape)
    names = frozenset(one.name for one in fields(shape))
    made = {name: make for name in names if (make := _make(hints[name])) is not _as_it_is}

    def make_one(given: Any) -> Any:
        held = {name: value for name, value in _exactly(dict, given).items() if name in names}
        for name, make in made.items():
            if name in held:
                held[name] = make(held[name])
        # What is missing has its default, or is missed here.
        return shape(**held)

    return make_one


def _make(hint: Any) -> Make:
    """How what stands in a field is made of what was read."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (_make(one) for one in arguments if one is not type(None))
        return inner if inner is _as_it_is else lambda given: None if given is None else inner(given)
    if origin is tuple:
        each = _make(arguments[0])
        return lambda given: tuple(each(one) for one in _exactly(list, given))
    if origin is dict:
        value = _make(arguments[1])
        return value if value is _as_it_is else lambda given: {name: value(one) for name, one in given.items()}
    return _maker(typing.cast("type", hint)) if is_dataclass(hint) else _MADE.get(hint, _as_it_is)


def _as_it_is(given: Any) -> Any:
    return given


def _exactly(kind: type, given: Any) -> Any:
    if type(given) is not kind:
        raise TypeError(f"not a {kind.__name__}")
    return given


def _checks(metadata: typing.Mapping[str, Any]) -> dict[str, Any]:
    return {"check": metadata.get("check"), "each": metadata.get("each")}


def _test(hint: Any, check: Any = None, each: Any = None) -> Fits:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (one for one in arguments if one is not type(None))
        return _or_none(_test(inner, check, each))
    if origin is tuple:
        test = _each_in(tuple, _test(arguments[0], each))
    elif origin is dict:
        test = _dict_of(_test(arguments[1]))
    else:
        test = fits(typing.cast("type", hint)) if is_dataclass(hint) else _PLAIN[hint]
    return _checked(test, check) if check else test


def _or_none(test: Fits) -> Fits:
    return lambda value: value is None or test(value)


def _each_in(kind: type, test: Fits) -> Fits:
    def each_fits(value: Sequence[Any]) -> bool:
        return type(value) is kind and all(test(one) for one in value)

    return each_fits


def _dict_of(test: Fits) -> Fits:
    each_text, each_value = _each_in(list, _is_exactly(str)), _each_in(list, test)
    return lambda value: type(value) is dict and each_text([*value]) and each_value([*value.values()])


def _checked(test: Fits, check: Any) -> Fits:
    def passes(value: Any) -> bool:
        try:
            check(value)
        except ValidationError:
            return False
        return True

    return lambda value: test(value) and passes(value)


def _is_exactly(kind: type) -> Fits:
    return lambda value: type(value) is kind


_PLAIN: dict[Any, Fits] = {
    str: _is_exactly(str),
    int: _is_exactly(int),
    float: lambda value: type(value) is float and math.isfinite(value),
    bool: _is_exactly(bool),
    UUID: _is_exactly(UUID),
    # Other time zones may have offsets that the two write differently.
    datetime: lambda value: type(value) is datetime and value.tzinfo is UTC,
}

_MADE: dict[Any, Make] = {UUID: UUID, datetime: datetime.fromisoformat}
