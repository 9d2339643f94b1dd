"""What is sent that should not be, and how it is seen that nothing came of it."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shared.database import Database
from shared.service import Backbone
from tests.fixtures.console import csrf_token

# Longer than anything that a form or an API takes.
LONG = "x" * 25_000
FRENCH = {"Accept-Language": "fr-CA"}
PROGRAM = {"Accept": "application/json"}
_LINKED_PROBLEM = re.compile(r'<a href="#field-(?P<name>\w+)">(?P<text>[^<]+)</a>')
_LANGUAGE = re.compile(r'<html lang="(\w+)">')


@dataclass(frozen=True)
class Misuse:
    """Fields that are sent instead of the right ones (None: left out), and the fields that the problem must name."""

    what: str
    names: tuple[str, ...]
    changes: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.what

    def of(self, right: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent in place of what would be right."""
        return {name: value for name, value in {**right, **self.changes}.items() if value is not None}


def wrong(what: str, *names: str, **changes: Any) -> Misuse:
    """A misuse that changes some fields; it names those, unless told otherwise."""
    return Misuse(what, names or tuple(changes), changes)


@dataclass
class Stage:
    """An app of one or more services, and all that is stored behind it. Misuse leaves it as it was."""

    client: FlaskClient
    backbones: Mapping[str, Backbone]
    vault: Database

    @property
    def backbone(self) -> Backbone:
        """That of the first service."""
        return next(iter(self.backbones.values()))

    @contextmanager
    def nothing_comes_of_it(self, but: frozenset[str] = frozenset()) -> Iterator[None]:
        """Check that whatever happens in the block stores and posts nothing, not even in the vault."""
        before = self._stored(but)
        yield
        assert self._stored(but) == before

    def _stored(self, but: frozenset[str]) -> dict[str, Any]:
        """How many rows each table has, the outbox among them, and a digest of what is in them."""
        databases = {name: one.database for name, one in self.backbones.items()} | {"vault": self.vault}
        stored = {}
        for name, database in databases.items():
            with database.transaction() as transaction:
                for table in set(transaction.execute(_TABLES).scalars()) - but:
                    stored[f"{name}.{table}"] = _digest(transaction, table)
        return stored

    def submit(self, page: str, action: str, fields: Mapping[str, Any], **headers: str) -> TestResponse:
        """Send a form of the console that came from a page of ours."""
        token = csrf_token(self.client.get(page).text)
        assert token, f"{page} has no form"
        return self.client.post(action, data=MultiDict(fields) | {"csrf_token": token}, headers=headers)


def problems_on(page: TestResponse) -> dict[str, str]:
    """The fields that a page says something about, each with what it says."""
    return {found["name"]: html.unescape(found["text"]) for found in _LINKED_PROBLEM.finditer(page.text)}


def language_of(page: TestResponse) -> str:
    """The language that a page is in."""
    found = _LANGUAGE.search(page.text)
    assert found, page.text[:200]
    return found[1]


def assert_told_in_both_languages(english: TestResponse, french: TestResponse, names: tuple[str, ...]) -> None:
    """Two answers to the same misuse are its page in English and in French, which name the fields that are wrong."""
    assert (english.status_code, french.status_code) == (422, 422)
    assert (language_of(english), language_of(french)) == ("en", "fr")
    in_english, in_french = problems_on(english), problems_on(french)
    assert in_english.keys() == in_french.keys() == set(names)
    assert [name for name in names if in_english[name] == in_french[name]] == []


def assert_problem(answer: TestResponse, status: int, names: tuple[str, ...] = ()) -> None:
    """A program's answer is a problem of this status that names these fields."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    body = answer.get_json(force=True)
    assert body["status"] == status
    assert body["title"]
    assert set(body.get("fields", {})) == set(names)


def _digest(transaction: Connection, table: str) -> Any:
    rows = f"FROM {table} AS one"
    counted = f"SELECT count(*), md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), '')) {rows}"
    return tuple(transaction.execute(sa.text(counted)).one())


_TABLES = sa.text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
