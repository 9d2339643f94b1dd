"""The tree is what it says it is: rooms and names."""

import ast
import re

import pytest
from prometheus_client.metrics import MetricWrapperBase

from shared.observability import metrics
from tests.architecture.code import ROOT, modules, name, services, tree

ROOMS = {"README.md", "__init__.py", "domain", "migrations", "service.py", "storage", "use_cases", "web"}
MAY_HAVE = {"providers", "settings.py", "commands.py"}
# What says nothing of what is in it.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc", "data", "info"}
ONE_SCREEN = 60
EACH_SERVICE = pytest.mark.parametrize("service", sorted(services()))


@EACH_SERVICE
def test_every_service_has_the_same_rooms(service: str) -> None:
    rooms = {path.name for path in (ROOT / "services" / service).iterdir() if path.name != "__pycache__"}

    assert rooms >= ROOMS
    assert rooms <= ROOMS | MAY_HAVE


@EACH_SERVICE
def test_every_service_is_told_on_one_screen(service: str) -> None:
    lines = (ROOT / "services" / service / "README.md").read_text().splitlines()

    assert len(lines) <= ONE_SCREEN
    for title in ("owns", "posts", "reacts to", "settings"):
        assert any(line.startswith(f"| {title} |") for line in lines)
    assert any("What breaks" in line for line in lines)


def test_every_service_in_the_tree_is_installed() -> None:
    in_the_tree = {path.parent.name for path in ROOT.glob("services/*/__init__.py")}

    assert in_the_tree == set(services())
    assert all(service.name == entry for entry, service in services().items())


@pytest.mark.parametrize("package", ["shared", "services", "deploy", "tests"])
def test_every_module_begins_by_saying_what_lives_there(package: str) -> None:
    silent = [name(path) for path in modules(package) if path.read_text().strip() and not ast.get_docstring(tree(path))]

    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    # Whole words: a data folder is a folder of data.
    empty = [name(path) for path in modules("shared", "services", "deploy", "tests") if path.stem in EMPTY_WORDS]

    assert empty == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    left = [
        name(path)
        for path in modules("shared", "services", "deploy", "tests")
        if marks.search(path.read_text()) and path.name != "test_rooms.py"
    ]

    assert left == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    evasions = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|unittest\.skip")
    evading = [
        name(path) for path in modules("tests") if evasions.search(path.read_text()) and path.name != "test_rooms.py"
    ]

    assert evading == []


@pytest.mark.parametrize("package", ["shared", "services"])
def test_time_comes_from_the_clock(package: str) -> None:
    """So that a test can set it. The identifiers sort by time, and may ask themselves."""
    asks = re.compile(r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(")
    asking = [name(path) for path in modules(package) if asks.search(path.read_text())]

    assert [path for path in asking if path != "shared/clock.py"] == []


def test_every_metric_is_made_in_one_place() -> None:
    made = re.compile(r"^[A-Z_]+ = (Counter|Gauge|Histogram|Summary)\(", re.MULTILINE)
    elsewhere = [name(path) for path in modules() if made.search(path.read_text())]

    assert elsewhere == ["shared/observability/metrics.py"]


def test_every_metric_is_measured_somewhere() -> None:
    made = {one for one, value in vars(metrics).items() if isinstance(value, MetricWrapperBase)}
    used = {
        node.id
        for path in modules("shared", "services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }

    assert made - used == set()
