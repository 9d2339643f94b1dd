"""Writes the reference pages from the code, so that they cannot say anything else than it does.

`docs/reference/asyncapi.yaml`: the domain events, their topics and schemas, and who reacts. `domain-events.md`: the
same as one table for people. `openapi-<service>.json`: each service's API. `settings.md` and `metrics.md`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from prometheus_client.metrics import MetricWrapperBase

from shared.domain_events.catalogue import catalogue, encoded
from shared.domain_events.envelope import DomainEvent, topic_of
from shared.observability import metrics
from shared.service import Assembly, Service, assemble
from shared.settings import CoreSettings, describe
from shared.web.app import openapi_of

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
GENERATED = "Generated from the code by `groundswell reference`. Change the code, not this page."
Readers = Mapping[str, list[str]]


def write_references(services: Mapping[str, Service], *, check: bool) -> list[str]:
    """Write every reference page whose text changed (or only look, with `check`); the names of those that did."""
    assemblies = {name: assemble(service)[1] for name, service in services.items()}
    pages = _pages(services, assemblies)
    outdated = [name for name, text in pages.items() if _text_of(FOLDER / name) != text]
    if not check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in outdated:
            (FOLDER / name).write_text(pages[name], encoding="utf-8")
    return outdated


def _pages(services: Mapping[str, Service], assemblies: Mapping[str, Assembly]) -> dict[str, str]:
    readers = readers_of(assemblies)
    apis = {f"openapi-{name}.json": _json(openapi_of(service)) for name, service in services.items()}
    return {
        "asyncapi.yaml": yaml.safe_dump(asyncapi(readers), sort_keys=False, allow_unicode=True, width=110),
        "domain-events.md": _events_page(readers),
        "settings.md": _settings_page(services),
        "metrics.md": _metrics_page(),
        **apis,
    }


def readers_of(assemblies: Mapping[str, Assembly]) -> Readers:
    """Which services react to each domain event, by its type."""
    return {
        event.type: [name for name, assembly in assemblies.items() if event in assembly.reactions.events]
        for event in catalogue()
    }


def asyncapi(readers: Readers) -> dict[str, Any]:
    """The AsyncAPI 3.0 document: a channel per topic, a message per domain event."""
    spec = APISpec("Groundswell", "1", "3.0.3", plugins=[MarshmallowPlugin()])
    for event in catalogue():
        spec.components.schema(event.__name__, schema=encoded(event).schema)
    posters = sorted({event.poster for event in catalogue()})
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Groundswell's domain events", "version": "1", "description": GENERATED},
        "defaultContentType": "application/json",
        "channels": {poster: _channel(poster) for poster in posters},
        "operations": {f"{poster}-posts": _operation(poster) for poster in posters},
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


def _operation(poster: str) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{poster}"}}


def _message(event: type[DomainEvent], readers: list[str]) -> dict[str, Any]:
    return {
        "name": event.type,
        "summary": _summary(event),
        "description": f"Keyed by `{event.keyed_by}`. Read by {', '.join(readers) or 'nobody yet'}.",
        "headers": {
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
        },
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
    }


def _summary(event: type[DomainEvent]) -> str:
    return (event.__doc__ or "").strip().splitlines()[0]


def _events_page(readers: Readers) -> str:
    rows = [
        f"| `{event.type}` | {event.poster} | {', '.join(readers[event.type]) or '–'} | {_summary(event)} |"
        for event in catalogue()
    ]
    head = [
        "# Domain events",
        "",
        GENERATED,
        "",
        "| `ce_type` | posted by | reacted to by | meaning |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def _settings_page(services: Mapping[str, Service]) -> str:
    lines = ["# Settings", "", GENERATED, "", "Every setting is an environment variable."]
    sections = {"Every service": CoreSettings} | {
        name: service.settings for name, service in services.items() if service.settings
    }
    for title, declaration in sections.items():
        lines += ["", f"## {title}", "", "| variable | what it is for | default |", "| --- | --- | --- |"]
        lines += [f"| `{variable}` | {text} | {default} |" for variable, text, default in describe(declaration)]
    return "\n".join([*lines, ""])


def _metrics_page() -> str:
    found = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    lines = ["# Metrics", "", GENERATED, "", "| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    for metric in found:
        labels = ", ".join(f"`{label}`" for label in metric._labelnames) or "–"
        lines.append(f"| `{metric._name}` | {metric._type} | {labels} | {metric._documentation} |")
    return "\n".join([*lines, ""])


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
