"""The AsyncAPI document: which domain events there are, on which topics, and who reacts to them."""

from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.domain_events.catalogue import catalogue, encoded
from shared.domain_events.envelope import DomainEvent, topic_of
from shared.reference import GENERATED
from shared.service import Assembly

Readers = Mapping[str, list[str]]


def readers_of(assemblies: Mapping[str, Assembly]) -> Readers:
    """Which services react to each domain event, by its type."""
    return {
        event.type: [name for name, assembly in assemblies.items() if event in assembly.reactions.events]
        for event in catalogue()
    }


def asyncapi(readers: Readers) -> dict[str, Any]:
    """The AsyncAPI 3.0 document: a channel per topic, a message per domain event, who sends and who receives."""
    # 3.1 is the first version of OpenAPI whose schemas are JSON Schema, as AsyncAPI's are.
    spec = APISpec("Groundswell", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    for event in catalogue():
        spec.components.schema(event.__name__, schema=encoded(event).schema)
    posters = sorted({event.poster for event in catalogue()})
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Groundswell's domain events", "version": "1", "description": GENERATED},
        "defaultContentType": "application/json",
        "channels": {poster: _channel(poster) for poster in posters},
        "operations": {f"{poster}-posts": _sending(poster) for poster in posters} | _receiving(readers),
        "components": {
            "messages": {event.type: _message(event, readers[event.type]) for event in catalogue()},
            "schemas": spec.to_dict()["components"]["schemas"],
        },
    }


def _channel(poster: str) -> dict[str, Any]:
    messages = [event.type for event in catalogue() if event.poster == poster]
    return {
        "address": topic_of(poster),
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in messages},
    }


def _sending(poster: str) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{poster}"}}


def _receiving(readers: Readers) -> dict[str, Any]:
    """An operation for each service that reacts to some of what another, or itself, posts."""
    read: dict[tuple[str, str], list[str]] = {}
    for event in catalogue():
        for reader in readers[event.type]:
            read.setdefault((reader, event.poster), []).append(event.type)
    return {
        f"{reader}-reacts-to-{poster}": {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{poster}"},
            "messages": [{"$ref": f"#/channels/{poster}/messages/{type_}"} for type_ in types],
        }
        for (reader, poster), types in sorted(read.items())
    }


def _message(event: type[DomainEvent], readers: list[str]) -> dict[str, Any]:
    return {
        "name": event.type,
        "summary": summary(event),
        "description": f"Keyed by `{event.keyed_by}`. Read by {', '.join(readers) or 'nobody yet'}.",
        "headers": _headers(event),
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string", "description": f"The event's `{event.keyed_by}`."}}},
    }


def _headers(event: type[DomainEvent]) -> dict[str, Any]:
    """The CloudEvents attributes, as Kafka headers."""
    return {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "traceparent"],
        "properties": {
            "ce_specversion": {"type": "string", "const": "1.0"},
            "ce_id": {"type": "string", "format": "uuid"},
            "ce_type": {"type": "string", "const": event.type},
            "ce_source": {"type": "string", "const": f"/groundswell/{event.poster}"},
            "ce_time": {"type": "string", "format": "date-time"},
            "ce_subject": {"type": "string"},
            "traceparent": {"type": "string"},
            "content-type": {"type": "string", "const": "application/json"},
        },
    }


def summary(event: type[DomainEvent]) -> str:
    """What a domain event means, in a sentence."""
    return (event.__doc__ or "").strip().splitlines()[0]
