"""What of the domain events is published: their fields, as `published.json` keeps them."""

import json
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

from shared.domain_events.catalogue import catalogue

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
RECORD = HERE / "published.json"

# Event type → field, dotted where it lies in another → its kind and whether it must be there.
Published = dict[str, dict[str, dict[str, Any]]]


def published() -> Published:
    """What was published so far."""
    record: Published = json.loads(RECORD.read_text())
    return record


def in_the_code() -> Published:
    """What the catalogue says now."""
    return {event.type: _fields_of(event) for event in catalogue()}


def samples() -> list[Path]:
    """Every message that was kept: how it was written and how it reads."""
    return sorted(SAMPLES.glob("*/*.json"))


def _fields_of(shape: type, prefix: str = "") -> dict[str, dict[str, Any]]:
    hints = typing.get_type_hints(shape)
    found: dict[str, dict[str, Any]] = {}
    for one in fields(shape):
        inner, kind = _unwrapped(hints[one.name])
        found[prefix + one.name] = {"kind": kind, "required": one.default is MISSING}
        if is_dataclass(inner):
            found |= _fields_of(typing.cast("type", inner), f"{prefix}{one.name}.")
    return found


def _unwrapped(hint: Any) -> tuple[Any, str]:
    """What is inside an optional or a list, and the whole in words: `text`, `list of Target`, `text or null`."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (one for one in arguments if one is not type(None))
        innermost, kind = _unwrapped(inner)
        return innermost, f"{kind} or null"
    if origin is tuple:
        innermost, kind = _unwrapped(arguments[0])
        return innermost, f"list of {kind}"
    return hint, hint.__name__
