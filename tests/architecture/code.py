"""The code as text and as trees, and the services as they are put together, for the tests that look at all of it."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from shared.reference.assembling import assembled, made_up_settings
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
def app() -> Flask:
    """One app of every service, with made-up settings and nothing behind it."""
    with made_up_settings(services()):
        parts = [(service, *assemble(service)) for service in services().values()]
        return create_app(parts, load(CoreSettings))


@cache
def routes() -> dict[str, Callable[..., Any]]:
    """Every view of every service, by `METHOD /rule`."""
    return {
        f"{method} {rule.rule}": app().view_functions[rule.endpoint]
        for rule in app().url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def modules(*packages: str) -> list[Path]:
    """The Python files of the packages, of all of the project's by default."""
    return sorted(path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text(), filename=str(path))


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Every call in a module, or in a part of one."""
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))


def called(call: ast.Call) -> str:
    """The name by which something is called, without what it belongs to: `post` of `petitions.post(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def attributes_in(path: Path) -> set[str]:
    """The name of every attribute that a module looks up."""
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


def name(path: Path) -> str:
    """A path as it is told in a failure."""
    return str(path.relative_to(ROOT))
