"""Every setting is declared in one place, described for whoever sets it, and there is no other."""

import ast
import re
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from shared.reference.pages import FOLDER
from shared.settings import PREFIX, CoreSettings
from tests.architecture.code import ROOT, attributes_in, modules, name, services, tree

DECLARATIONS = [CoreSettings, *(service.settings for service in services().values() if service.settings)]
# Where the environment is read beside `shared/settings.py`, and what for.
READS_THE_ENVIRONMENT = {
    "shared/reference/assembling.py",  # puts made-up settings into it, to look at how services are put together
    "shared/web_server.py",  # the folder of the workers' metrics, which prometheus-client reads from it too
    "shared/web/observing.py",  # the same
}
# What belongs to no service, and which page of the deployment's describes it.
VARIABLES_OF_THE_DEPLOYMENT = {
    "LOCAL_SANDBOX_URL": "deploy/local/README.md",
    "LOCAL_POSTGRES_PASSWORD": "deploy/local/README.md",
    "LOCAL_DEMO_EMAIL": "deploy/local/README.md",
    "LOCAL_DEMO_PASSWORD": "deploy/local/README.md",
    "SANDBOX_CHECK_SPECS": "deploy/sandbox/README.md",
    "SANDBOX_SENDGRID_PRIVATE_KEY": "deploy/sandbox/README.md",
}


def declared() -> Iterator[Field[Any]]:
    """Every setting of every declaration."""
    return (one for declaration in DECLARATIONS for one in fields(declaration))


def texts() -> Iterator[Path]:
    """Whatever may name a setting: code, the image and its companions, pages for people."""
    yield from modules()
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "services/*/README.md",
        "shared/README.md",
        "deploy/**/*.md",
        "deploy/*.yaml",
    ):
        yield from ROOT.glob(pattern)


@pytest.mark.parametrize("declaration", DECLARATIONS)
def test_every_setting_is_documented(declaration: type) -> None:
    page = (FOLDER / "settings.md").read_text()

    undocumented = [one.name for one in fields(declaration) if f"`{PREFIX}{one.name.upper()}`" not in page]

    assert undocumented == []
    assert all(one.metadata["description"].endswith(".") for one in fields(declaration))


def test_a_setting_that_two_services_have_means_the_same_in_both() -> None:
    """They read the same variable."""
    meanings: dict[str, set[tuple[Any, ...]]] = {}
    for one in declared():
        meanings.setdefault(one.name, set()).add((one.metadata["description"], str(one.default)))

    assert {setting: differing for setting, differing in meanings.items() if len(differing) > 1} == {}


def test_no_setting_is_named_that_nobody_declares() -> None:
    """Such as one that was renamed: whoever sets it by the old name would wait for nothing."""
    known = {f"{PREFIX}{one.name.upper()}" for one in declared()}
    named = {
        (found, name(path)) for path in texts() for found in re.findall(rf"\b{PREFIX}\w*[A-Z]\b", path.read_text())
    }

    assert len(named) > len(known)
    assert {(found, path) for found, path in named if found not in known} == set()


def test_every_setting_is_looked_at_by_somebody() -> None:
    looked_at = {attribute for path in modules("shared", "services") for attribute in attributes_in(path)}

    assert [one.name for one in declared() if one.name not in looked_at] == []


def test_the_environment_is_read_in_one_place() -> None:
    """So that a setting is checked, described and, where it is a secret, kept out of what is printed."""
    reading = {name(path) for path in modules("shared", "services") if reads_the_environment(path)}

    assert reading == READS_THE_ENVIRONMENT


def reads_the_environment(path: Path) -> bool:
    """Whether a module looks into the process's environment, however it came by it."""
    used = {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    imported = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return bool({"os.environ", "os.environb", "os.getenv"} & (used | imported))


def test_every_variable_of_the_deployment_is_described_on_a_page_of_its() -> None:
    named = {
        found
        for path in modules("deploy")
        for found in re.findall(r'"((?:LOCAL|SANDBOX)_[A-Z_]+[A-Z])"', path.read_text())
    }

    assert named == VARIABLES_OF_THE_DEPLOYMENT.keys()
    missing = {one for one, page in VARIABLES_OF_THE_DEPLOYMENT.items() if f"`{one}`" not in (ROOT / page).read_text()}
    assert missing == set()


SECRET_WORDS = {"secret", "password", "token", "pepper", "key"}


def test_what_is_secret_is_never_printed_with_its_settings() -> None:
    secret = [one for one in declared() if SECRET_WORDS & set(one.name.split("_")) and "public" not in one.name]

    assert len(secret) > 5
    assert [one.name for one in secret if one.repr or not one.metadata["secret"]] == []
