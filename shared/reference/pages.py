"""The text of each reference page, and which of those that lie in the repository are out of date."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.metrics import MetricWrapperBase

from shared.domain_events.catalogue import catalogue
from shared.observability import metrics
from shared.reference import GENERATED
from shared.reference.assembling import assembled, made_up_settings
from shared.reference.asyncapi import Readers, asyncapi, readers_of, summary
from shared.service import Service
from shared.settings import CoreSettings, describe
from shared.web.app import openapi_of

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


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


def _events_page(readers: Readers) -> str:
    rows = [
        f"| `{event.type}` | {event.poster} | {', '.join(readers[event.type]) or '–'} | {summary(event)} |"
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
