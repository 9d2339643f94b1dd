"""The code as text and as trees, and the services as they are put together, for the tests that look at all of it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shared.reference import assembled, made_up_settings
from shared.service import Assembly, Service, assemble, installed_services
from shared.settings import CoreSettings, load
from shared.web.app import create_app

ROOT = Path(__file__).parents[2]
PACKAGES = ("shared", "services", "deploy")


@cache
def services() -> dict[str, Service]:
    """Every installed service."""
    return installed_services()


@cache
def assemblies() -> dict[str, Assembly]:
    """Every installed service put together with made-up settings; nothing is connected to."""
    with made_up_settings(services()):
        return assembled(services())


@cache
def routes() -> dict[str, object]:
    """Every view of every service, by `METHOD /rule`."""
    with made_up_settings(services()):
        parts = [(service, *assemble(service)) for service in services().values()]
        app = create_app(parts, load(CoreSettings))
    return {
        f"{method} {rule.rule}": app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def modules(*packages: str) -> list[Path]:
    """The Python files of the packages, of all of the project's by default."""
    return sorted(path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text(), filename=str(path))


def names_used(path: Path) -> set[str]:
    """Every name that a module's code uses, not counting what it only imports."""
    return {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)} | set(_attributes(path))


def name(path: Path) -> str:
    """A path as it is told in a failure."""
    return str(path.relative_to(ROOT))


def _attributes(path: Path) -> Iterator[str]:
    return (node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute))
