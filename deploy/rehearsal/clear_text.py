"""Looks for invented people in everything that Groundswell keeps: every table, every Kafka topic, every log."""

import itertools
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError
from sqlalchemy.engine import URL, make_url

from deploy.rehearsal.people import PREFIX, SYLLABLES, SYLLABLES_IN_A_SURNAME, Supporter

CHUNK_BYTES = 1 << 20
# A name or number that is cut in two by a piece's end is whole in the next, which begins this much earlier.
OVERLAP_BYTES = 64
WITHIN_SECONDS = 30.0

# Candidates first, then a look in a set: a pattern of ten thousand names would take hours.
_SURNAME = rf"({PREFIX}(?:{'|'.join(SYLLABLES)}){{{SYLLABLES_IN_A_SURNAME}}})"
# What people and programs put between a number's parts, also as it stands in an address of the web.
_GAP = r"(?:[\s.()/\u2010-\u2015-]|%2[089D]){0,3}"
_NUMBER = rf"(?<!\d)(?:%2[08B])?(?:(?:00)?1{_GAP})?(\d{{3}}){_GAP}(\d{{3}}){_GAP}(\d{{4}})(?!\d)"
_CANDIDATES = re.compile(f"{_SURNAME}|{_NUMBER}", re.IGNORECASE)
_DATABASES = "SELECT datname FROM pg_database WHERE datname LIKE 'groundswell%'"
_TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""

Place = tuple[str, str]


class Searcher:
    """Finds any of the people's surnames (and so their addresses) and telephone numbers, however they are written."""

    def __init__(self, people: Sequence[Supporter]) -> None:
        self._wanted = {person.surname.lower() for person in people}
        self._wanted |= {person.phone[2:] for person in people if person.phone}

    def finds(self, text: str) -> bool:
        """Whether anybody is in it."""
        found = ("".join(filter(None, match.groups())).lower() for match in _CANDIDATES.finditer(text))
        return any(candidate in self._wanted for candidate in found)


def places_in_clear(
    people: Sequence[Supporter], database_url: str, brokers: Sequence[str], logs: Iterable[Path]
) -> list[str]:
    """Where somebody was found in clear: the table, topic or log, never the text itself."""
    searcher = Searcher(people)
    everything = itertools.chain(_tables(database_url), _topics(brokers), _logs(logs))
    return [place for place, text in everything if searcher.finds(text)]


def _tables(database_url: str) -> Iterator[Place]:
    """Every row of every table of every database of ours, as text."""
    server = make_url(database_url).set(drivername="postgresql+psycopg")
    for database in _ask(server.set(database="postgres"), _DATABASES):
        url = server.set(database=database)
        for table in _ask(url, _TABLES):
            for row in _ask(url, f"SELECT t::text FROM {table} AS t"):
                yield f"table {database}.{table}", row


def _ask(url: URL, question: str) -> Iterator[str]:
    # Words that lie in a column of bytes can be read so, and could not in hexadecimal.
    readable = {"options": "-c bytea_output=escape"}
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=readable)
    with engine.connect() as connection:
        yield from connection.execution_options(yield_per=1000).execute(sa.text(question)).scalars()


def _topics(brokers: Sequence[str]) -> Iterator[Place]:
    """Every message of every topic of ours: key, headers and value."""
    reader = KafkaConsumer(bootstrap_servers=list(brokers), enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        for record in read_topics(reader):
            headers = b" ".join(value or b"" for _, value in record.headers)
            text = b" ".join((record.key or b"", headers, record.value or b""))
            yield f"topic {record.topic}", text.decode("utf-8", "replace")
    finally:
        reader.close()


def read_topics(reader: KafkaConsumer) -> Iterator[Any]:
    """Every record in Groundswell's topics, up to where they end now. Raises `KafkaTimeoutError`."""
    names = [name for name in reader.topics() if name.startswith("groundswell.")]
    partitions = [TopicPartition(name, number) for name in names for number in reader.partitions_for_topic(name)]
    if not partitions:
        return
    reader.assign(partitions)
    reader.seek_to_beginning(*partitions)
    ends = reader.end_offsets(partitions)
    heard_at = time.monotonic()
    while any(reader.position(partition) < ends[partition] for partition in partitions):
        for records in reader.poll(timeout_ms=500, max_records=5000).values():
            yield from records
            heard_at = time.monotonic()
        if time.monotonic() - heard_at > WITHIN_SECONDS:
            raise KafkaTimeoutError("the topics could not be read to their ends")


def _logs(logs: Iterable[Path]) -> Iterator[Place]:
    for log in logs:
        for piece in pieces(log):
            yield f"log {log.name}", piece


def pieces(log: Path, chunk_bytes: int = CHUNK_BYTES) -> Iterator[str]:
    """A log in pieces that overlap, so that nothing is cut in two in both pieces that it lies in."""
    with log.open("rb") as file:
        tail = b""
        while chunk := file.read(chunk_bytes):
            yield (tail + chunk).decode("utf-8", "replace")
            tail = (tail + chunk)[-OVERLAP_BYTES:]
