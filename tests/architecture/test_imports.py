"""Imports point one way, in every service and in every package beside them.

The contracts are in pyproject.toml; `lint-imports` tells which import breaks one.
"""

import re
import tomllib
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.code import ROOT, modules, name, services

CONFIGURATION = ROOT / "pyproject.toml"
CONTRACTS: list[dict[str, Any]] = tomllib.loads(CONFIGURATION.read_text())["tool"]["importlinter"]["contracts"]
# What each of these names of every service, so that a new one is not left out.
OF_EVERY_SERVICE = {
    "Services never import each other": "modules",
    "Imports point one way inside a service": "containers",
    "The rules of the trade know no framework": "source_modules",
}


def test_every_contract_is_kept() -> None:
    assert lint_imports(config_filename=str(CONFIGURATION), no_cache=True) == EXIT_STATUS_SUCCESS


def test_no_contract_is_gone() -> None:
    assert {
        *OF_EVERY_SERVICE,
        "What is shared imports no service and nothing of the deployment",
        "Services import nothing of the deployment",
        "The deployment builds one thing on another",
        "The published language knows nothing of how it is stored and sent",
        "The backbone knows nothing of the web",
        "Only the bus knows kafka-python",
        "Services run without what only a laptop has, and without the tests",
        "The deployment runs without the tests",
    } <= {contract["name"] for contract in CONTRACTS}


@pytest.mark.parametrize("contract", OF_EVERY_SERVICE)
def test_a_contract_that_holds_for_services_holds_for_all_of_them(contract: str) -> None:
    (found,) = (one for one in CONTRACTS if one["name"] == contract)

    named = {module.split(".")[1] for module in found[OF_EVERY_SERVICE[contract]]}

    assert named == set(services())


def test_the_only_imports_that_are_let_pass_are_those_of_ports() -> None:
    ignored = [one for contract in CONTRACTS for one in contract.get("ignore_imports", [])]

    assert ignored == ["services.*.use_cases.** -> services.*.providers.ports"]


def test_only_the_bus_the_outbox_and_the_console_script_know_kafka_python() -> None:
    allowed = ("shared/bus/", "shared/outbox/relay.py", "shared/command_line.py", "deploy/")
    knowing = [
        name(path) for path in modules() if re.search(r"^\s*(from|import) kafka\b", path.read_text(), re.MULTILINE)
    ]

    assert [path for path in knowing if not path.startswith(allowed)] == []


def test_each_service_opens_its_own_database_and_no_other() -> None:
    """What belongs to another is learned from its domain events."""
    opening = {
        name(path)
        for path in modules("shared", "services")
        if re.search(r"^\s*from shared\.database import .*\bconnect\b|create_engine\(", path.read_text(), re.MULTILINE)
    }

    assert opening == {"shared/database.py", "shared/operating/choosing.py", "shared/service.py"}
