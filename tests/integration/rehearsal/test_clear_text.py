"""Invented people, planted where Groundswell keeps things: they are found, and where they are is told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaProducer

from deploy.rehearsal.clear_text import places_in_clear
from tests.unit.rehearsal.made import somebody

AMRIT = somebody(name="Amrit Quabacedrifo", surname="Quabacedrifo", phone="+14165550142")
DATABASE, TOPIC = "groundswell_scratch", "groundswell.scratch.v1"
Look = Callable[[], list[str]]


@pytest.fixture
def database(database_url: str) -> Iterator[psycopg.Connection]:
    """A database of ours that nobody else uses."""
    with psycopg.connect(f"{database_url}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {DATABASE}")
        with psycopg.connect(f"{database_url}/{DATABASE}", autocommit=True) as connection:
            yield connection
        server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "web.log"


@pytest.fixture
def look(database_url: str, kafka: str, log: Path) -> Look:
    """Look for Amrit; where she is, among what these tests plant."""

    def found() -> list[str]:
        log.touch()
        places = places_in_clear([AMRIT], database_url, [kafka], [log])
        return sorted({place for place in places if "scratch" in place or place.startswith("log")})

    return found


@contextmanager
def topic(kafka: str) -> Iterator[KafkaProducer]:
    """A topic of ours that nobody else uses."""
    admin, producer = KafkaAdminClient(bootstrap_servers=[kafka]), KafkaProducer(bootstrap_servers=[kafka])
    admin.create_topics({TOPIC: {"num_partitions": 3, "replication_factor": 1}}, wait_for_metadata=True)
    try:
        yield producer
    finally:
        admin.delete_topics([TOPIC])
        producer.close()
        admin.close()


@pytest.mark.parametrize(
    "column",
    [
        ("text", "see you at the rally, Amrit Quabacedrifo"),
        ("jsonb", json.dumps({"to": ["+1 (416) 555-0142"]})),
        ("bytea", b'\x00\xff{"email": "quabacedrifo.0@example.org"}'),
        ("text[]", ["nobody", "4165550142"]),
    ],
)
def test_a_row_is_found_whatever_its_column_is(
    database: psycopg.Connection, look: Look, column: tuple[str, object]
) -> None:
    type_, value = column
    database.execute(f"CREATE TABLE scratch (id int, noted {type_})")
    assert look() == []

    database.execute("INSERT INTO scratch SELECT 1, %s", [value])

    assert look() == [f"table {DATABASE}.public.scratch"]


def test_a_table_is_looked_into_whatever_it_is_called(database: psycopg.Connection, look: Look) -> None:
    database.execute('CREATE SCHEMA "Aside"')
    database.execute('CREATE TABLE "Aside"."odd name; --" (noted text)')
    database.execute('INSERT INTO "Aside"."odd name; --" VALUES (%s)', [AMRIT.name])

    assert look() == [f'table {DATABASE}."Aside"."odd name; --"']


@pytest.mark.parametrize(
    "message",
    [
        {"key": b"+14165550142", "value": b"{}"},
        {"value": json.dumps({"name": AMRIT.name}).encode()},
        {"value": b"{}", "headers": [("ce_subject", b"quabacedrifo.0@example.org")]},
    ],
)
def test_a_message_is_found_by_its_key_its_value_and_its_headers(
    kafka: str, look: Look, message: dict[str, object]
) -> None:
    with topic(kafka) as producer:
        producer.send(TOPIC, value=b"nobody", partition=2).get(timeout=60)
        assert look() == []

        producer.send(TOPIC, partition=1, **message).get(timeout=60)

        assert look() == [f"topic {TOPIC}"]


def test_a_line_in_a_log_is_found(look: Look, log: Path) -> None:
    log.write_text("GET / 200\n" * 200_000)
    assert look() == []

    with log.open("a") as file:
        file.write("could not text (416) 555-0142\n")

    assert look() == ["log web.log"]
