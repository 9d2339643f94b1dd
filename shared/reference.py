"""Writes the reference pages from the code, so that they cannot say anything else than it does.

`docs/reference/asyncapi.yaml`: the domain events, their topics and schemas, and who reacts. `domain-events.md`: the
same as one table for people. `openapi-<service>.json`: each service's API. `settings.md` and `metrics.md`.
It needs no settings: the services are put together with made-up ones, and connect to nothing.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
from shared.settings import PREFIX, CoreSettings, describe, stand_ins
from shared.web.app import openapi_of

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
GENERATED = "Generated from the code by `groundswell reference`. Change the code, not this page."
Readers = Mapping[str, list[str]]


def write_references(services: Mapping[str, Service], *, check: bool) -> list[str]:
    """Write every reference page whose text changed (or only look, with `check`); the names of those that did."""
    pages = reference_pages(services)
    outdated = [name for name, text in pages.items() if _text_of(FOLDER / name) != text]
    if not check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in outdated:
            (FOLDER / name).write_text(pages[name], encoding="utf-8")
    return outdated


def reference_pages(services: Mapping[str, Service]) -> dict[str, str]:
    """The text of each page, by its file's name."""
    with made_up_settings(services):
        assemblies = assembled(services)
        apis = {f"openapi-{name}.json": _json(openapi_of(services[name])) for name in assemblies}
    readers = readers_of(assemblies)
    return {
        "asyncapi.yaml": yaml.safe_dump(asyncapi(readers), sort_keys=False, allow_unicode=True, width=110),
        "domain-events.md": _events_page(readers),
        "settings.md": _settings_page(services),
        "metrics.md": _metrics_page(),
        **apis,
    }


def assembled(services: Mapping[str, Service]) -> dict[str, Assembly]:
    """Every service put together from the environment, in the order of their names."""
    return {name: assemble(services[name])[1] for name in sorted(services)}


@contextmanager
def made_up_settings(services: Mapping[str, Service]) -> Iterator[None]:
    """An environment in which every service can be put together, whatever is set here."""
    before = dict(os.environ)
    kept = {name: value for name, value in before.items() if not name.startswith(PREFIX)}
    declarations = [CoreSettings, *(service.settings for service in services.values() if service.settings)]
    try:
        _set(kept | {name: value for one in declarations for name, value in stand_ins(one).items()})
        yield
    finally:
        _set(before)


def _set(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


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
        "bindings": {"kafka": {"key": {"type": "string", "description": f"The event's `{event.keyed_by}`."}}},
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
    own = {name: services[name].settings for name in sorted(services)}
    sections = {"Every service": CoreSettings} | {name: settings for name, settings in own.items() if settings}
    for title, declaration in sections.items():
        lines += ["", f"## {title}", "", "| variable | what it is for | default |", "| --- | --- | --- |"]
        lines += [f"| `{variable}` | {text} | {default} |" for variable, text, default in describe(declaration)]
    return "\n".join([*lines, ""])


def _metrics_page() -> str:
    found = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    lines = ["# Metrics", "", GENERATED, "", "| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    for metric in found:
        (described,) = metric.describe()
        name = described.name + ("_total" if described.type == "counter" else "")
        labels = ", ".join(f"`{label}`" for label in metric._labelnames) or "–"
        lines.append(f"| `{name}` | {described.type} | {labels} | {described.documentation} |")
    return "\n".join([*lines, ""])


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
