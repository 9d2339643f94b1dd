"""The generated references are whole, current and the same whoever generates them."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate
from prometheus_client import REGISTRY

from shared.domain_events.catalogue import catalogue
from shared.reference.pages import FOLDER, reference_pages
from shared.settings import PREFIX
from tests.architecture.code import ROOT, services

ASYNCAPI: dict[str, Any] = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text())


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference_pages(services())


def test_the_references_are_current(pages: dict[str, str]) -> None:
    """Where this fails: `make reference`."""
    assert [name for name, text in pages.items() if (FOLDER / name).read_text() != text] == []


def test_nothing_else_lies_beside_them(pages: dict[str, str]) -> None:
    assert {path.name for path in FOLDER.iterdir()} == pages.keys()


def test_they_are_the_same_in_another_process_without_any_settings(pages: dict[str, str]) -> None:
    """Whatever the order of sets and of what is installed."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    code = (
        "import json; from shared.service import installed_services;"
        "from shared.reference.pages import reference_pages; print(json.dumps(reference_pages(installed_services())))"
    )

    for seed in ("1", "2"):
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=bare | {"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, check=True)
        assert json.loads(done.stdout) == pages


def test_generating_them_leaves_the_environment_as_it_was() -> None:
    before = dict(os.environ)

    reference_pages(services())

    assert dict(os.environ) == before


def test_every_metric_is_documented() -> None:
    page = (FOLDER / "metrics.md").read_text()

    described = [one for metric in REGISTRY.collect() for one in [metric.name] if one.startswith("groundswell_")]

    assert described
    assert [one for one in described if f"| `{one}" not in page] == []


@pytest.mark.parametrize("service", sorted(services()))
def test_every_api_is_described_in_valid_openapi(service: str) -> None:
    document = json.loads((FOLDER / f"openapi-{service}.json").read_text())

    validate(document)


def resolve(reference: str) -> Any:
    """What an internal reference of the AsyncAPI document points to."""
    found: Any = ASYNCAPI
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references_in(node: Any) -> list[str]:
    if isinstance(node, dict):
        here = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return here + [one for value in node.values() for one in references_in(value)]
    return [one for value in node for one in references_in(value)] if isinstance(node, list) else []


def test_the_asyncapi_document_has_what_asyncapi_3_asks_for() -> None:
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= ASYNCAPI["info"].keys()
    for channel in ASYNCAPI["channels"].values():
        assert channel["address"].startswith("groundswell.")
    for operation in ASYNCAPI["operations"].values():
        assert operation["action"] in ("send", "receive")
        assert resolve(operation["channel"]["$ref"]) in ASYNCAPI["channels"].values()
    for message in ASYNCAPI["components"]["messages"].values():
        assert {"name", "headers", "payload"} <= message.keys()
        assert resolve(message["payload"]["$ref"])["type"] == "object"


def test_everything_that_the_asyncapi_document_refers_to_is_in_it() -> None:
    for reference in references_in(ASYNCAPI):
        assert resolve(reference) is not None


def test_what_is_received_is_sent_on_the_same_channel() -> None:
    for operation in ASYNCAPI["operations"].values():
        channel = resolve(operation["channel"]["$ref"])
        for message in operation.get("messages", []):
            assert resolve(message["$ref"]) in channel["messages"].values()


def test_the_asyncapi_document_holds_the_whole_catalogue() -> None:
    told = {
        (name, message["$ref"]) for name, one in ASYNCAPI["channels"].items() for message in one["messages"].values()
    }

    assert told == {(event.poster, f"#/components/messages/{event.type}") for event in catalogue()}


def test_no_schema_of_the_asyncapi_document_is_written_in_another_dialect() -> None:
    """`nullable` is OpenAPI 3.0's word; AsyncAPI's schemas are JSON Schema."""
    assert "nullable" not in (FOLDER / "asyncapi.yaml").read_text()
