"""What Kafka will never take is set aside, and an operator decides what becomes of it."""

from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from shared.bus import connections
from shared.observability.metrics import OUTBOX_REFUSED
from shared.outbox.refused import discard, refused, retry
from tests.integration.backbone.bus import Bus, numbers_on, running, until


@pytest.fixture
def narrow(bus: Bus) -> Bus:
    """A bus whose broker takes small messages only."""
    allow(bus, 20_000)
    return bus


def allow(bus: Bus, max_bytes: int) -> None:
    client = connections.admin(bus.settings)
    try:
        configs = {"max.message.bytes": str(max_bytes)}
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, bus.topic, configs)])
    finally:
        client.close()


def test_what_kafka_will_never_take_is_set_aside_and_the_rest_goes_on(narrow: Bus) -> None:
    large = narrow.happened(thing="a", number=1, padding="x" * 100_000)
    narrow.post([narrow.happened(thing="a", number=0), large, *narrow.events("a", range(2, 300))])

    with running(narrow.relay().run):
        until(lambda: narrow.waiting() == 1, "all but one are published")
        until(lambda: OUTBOX_REFUSED.labels(narrow.name)._value.get() == 1, "the gauge says one")
        with narrow.database.transaction() as transaction:
            (one,) = refused(transaction)

    assert one.refusal == "MessageSizeTooLargeError"
    assert sorted(numbers_on(narrow.records(), "a")) == [0, *range(2, 300)]


def test_what_was_set_aside_can_be_tried_again(narrow: Bus) -> None:
    narrow.post([narrow.happened(thing="a", number=1, padding="x" * 100_000)])

    with running(narrow.relay().run):
        (one,) = until(lambda: set_aside(narrow), "it is set aside")
        allow(narrow, 1_000_000)
        with narrow.database.transaction() as transaction:
            retry(transaction, [one.id])
        until(lambda: narrow.waiting() == 0, "the outbox is empty")

    assert numbers_on(narrow.records(), "a") == [1]


def test_what_was_set_aside_can_be_let_go(narrow: Bus) -> None:
    narrow.post([narrow.happened(thing="a", number=1, padding="x" * 100_000)])
    with running(narrow.relay().run):
        (one,) = until(lambda: set_aside(narrow), "it is set aside")

    with narrow.database.transaction() as transaction:
        discard(transaction, [one.id])

    assert narrow.waiting() == 0
    assert narrow.records() == []


def set_aside(bus: Bus) -> list[Any]:
    with bus.database.transaction() as transaction:
        return list(refused(transaction))
