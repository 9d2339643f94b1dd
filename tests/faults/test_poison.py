"""A message that nobody can handle lands in dead letters, and those behind it go on; once it can be, it acts once."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from shared.bus import connections
from shared.bus.dead_letters import DeadLetter, DeadLetters, open_letters
from shared.bus.topics import create_topics
from shared.clock import now
from shared.database import BACKBONE_MIGRATIONS, connect, migrate
from shared.domain_events.envelope import headers_of
from shared.domain_events.signatures import SignatureAdded
from shared.identifiers import new_id
from shared.observability.tracing import traceparent
from shared.settings import CoreSettings
from tests.faults.campaign import Campaign
from tests.faults.traces import TOPIC
from tests.integration.backbone.bus import Bus, until
from tests.integration.backbone.processes import environment, groundswell, install_tester, worker
from tests.integration.backbone.tester.service import MIGRATIONS

READERS = ("signatures", "notifications", "calls")
MALFORMED = b'{"signature_id": '
BREAKS_THE_SCHEMA = b'{"signature_id": "0", "petition": 7}'


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that makes the tester an installed service: its reactions do as they are told."""
    return install_tester(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def tester(stack_settings: CoreSettings) -> Iterator[Bus]:
    """The tester's own database and topics on the stack."""
    migrate(stack_settings.database_url, "tester", BACKBONE_MIGRATIONS, MIGRATIONS)
    create_topics(stack_settings, ["tester"])
    database = connect(stack_settings.database_url, "tester", connections=2)
    yield Bus("tester", stack_settings, database)
    database.close()


def test_what_cannot_be_read_is_parked_with_its_reason_and_those_behind_it_go_on(
    campaign: Campaign, stack_settings: CoreSettings
) -> None:
    malformed = _publish_on_every_partition(stack_settings, MALFORMED)
    schema_breaking = _publish_on_every_partition(stack_settings, BREAKS_THE_SCHEMA)

    with campaign.crowd(pause_seconds=0.0) as crowd:
        crowd.wait_for_more(30)

    campaign.check_everybody(crowd.answered)
    for reader in READERS:
        letters = until(
            partial(_all_parked, stack_settings, reader, len(malformed + schema_breaking)), "all are parked"
        )
        reasons = {letter.event_id: letter.reason for letter in letters}
        assert {reasons[id_] for id_ in malformed} == {"JSONDecodeError while reading the message"}
        assert all(reasons[id_].startswith("fields break the schema: ") for id_ in schema_breaking)
    _discard_all(stack_settings)


def test_what_is_rejected_is_parked_and_acts_once_when_it_is_replayed_after_its_cause_is_gone(
    tester: Bus, installed: Path, stack_settings: CoreSettings
) -> None:
    variables = environment(installed, stack_settings)
    tester.order("reject", "thing", 2)
    tester.post(tester.events("thing", range(5)))

    with worker(variables, "tester"):
        until(lambda: tester.acted("thing") == [0, 1, 3, 4], "those behind it act")
        (letter,) = tester.letters()
        assert groundswell(variables, "dead-letters", "replay", "tester", letter.event_id).returncode == 0
        (again,) = until(lambda: _other_than(letter, tester.letters()), "it is parked again")
        tester.take_back("thing", 2)
        replayed = groundswell(variables, "dead-letters", "replay", "tester", again.event_id)
        until(lambda: 2 in tester.acted("thing"), "it acts")
        twice = groundswell(variables, "dead-letters", "replay", "tester", again.event_id)
        tester.post(tester.events("thing", range(5, 6)))
        until(lambda: 5 in tester.acted("thing"), "the next one acts")

    assert [one.reason for one in (letter, again)] == ["told to, by [redacted]"] * 2
    assert (replayed.returncode, twice.returncode) == (0, 1)
    assert tester.acted("thing") == [0, 1, 3, 4, 2, 5]
    assert tester.letters() == []


def _publish_on_every_partition(settings: CoreSettings, value: bytes) -> list[str]:
    """Put something on the topic of signatures that is none, on each partition once; the ids that it goes by."""
    producer = connections.producer(settings)
    ids = {partition: str(new_id()) for partition in producer.partitions_for(TOPIC)}
    for partition, id_ in ids.items():
        headers = headers_of(id_, SignatureAdded.type, "/elsewhere", now().isoformat(), "nobody", traceparent())
        producer.send(TOPIC, value, partition=partition, headers=headers).get(timeout=60)
    producer.close(timeout=5)
    return list(ids.values())


def _letters(settings: CoreSettings, reader: str) -> list[DeadLetter]:
    client = connections.reader(settings)
    try:
        return open_letters(client, reader)
    finally:
        client.close()


def _all_parked(settings: CoreSettings, reader: str, number: int) -> list[DeadLetter] | None:
    letters = _letters(settings, reader)
    return letters if len(letters) == number else None


def _other_than(letter: DeadLetter, letters: list[DeadLetter]) -> list[DeadLetter]:
    return [one for one in letters if one.id != letter.id]


def _discard_all(settings: CoreSettings) -> None:
    """Leave nothing open for whoever uses the stack next."""
    producer = connections.producer(settings)
    for reader in READERS:
        for letter in _letters(settings, reader):
            DeadLetters(reader, lambda: producer).discard(letter)
    producer.close(timeout=5)
