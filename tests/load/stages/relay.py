"""Relay: outbox to Kafka, acks=all, rows removed after the broker's word, beside a producer of the same bytes."""

import gc
import time
from collections.abc import Sequence
from contextlib import closing
from operator import attrgetter
from typing import Any

from kafka import KafkaProducer

from shared.domain_events.envelope import topic_of
from shared.settings import CoreSettings
from tests.load.crowd import Crowd, crowd
from tests.load.machine import Machine, cpu_seconds, wait_until
from tests.load.measuring import Measured, Stage, in_turns
from tests.load.part import part
from tests.load.topic import ends_of, records_of

EVENTS = 50_000
TOPIC = topic_of("signatures")


def run(components: Machine) -> Measured:
    """Publish what fifty thousand signatures posted."""
    settings, signed = components.settings, crowd(components, EVENTS)
    with part(components, "signatures", "relay"):
        wait_until(signed.is_published)
    # In the order in which they were posted, as the relay sends them.
    messages = sorted(records_of(settings, TOPIC, {}), key=_event_id)
    microseconds: list[float] = []

    def limit() -> float:
        before = ends_of(settings, TOPIC)
        seconds = _produce(settings, messages)
        _check_that_they_arrived(messages, records_of(settings, TOPIC, before))
        return EVENTS / seconds

    def ours() -> float:
        before = ends_of(settings, TOPIC)
        with part(components, "signatures", "relay") as relay:
            used = cpu_seconds(relay.family())
            seconds = _relay(signed)
            microseconds.append(1e6 * (cpu_seconds(relay.family()) - used) / EVENTS)
        _check_that_they_arrived(messages, records_of(settings, TOPIC, before))
        return EVENTS / seconds

    measured = in_turns(limit, ours)
    signed.database.close()
    remark = f"CPU an event: {sorted(microseconds)[len(microseconds) // 2]:.0f} us in the relay"
    return Measured(measured.limit, measured.measured, (remark,))


def _produce(settings: CoreSettings, messages: Sequence[Any]) -> float:
    """Send ready-made messages, in batches and requests as large as pay; the seconds until all are acknowledged."""
    large = {"linger_ms": 5, "batch_size": 512 * 1024, "max_request_size": 8 * 1024 * 1024}
    servers = list(settings.kafka)
    with closing(KafkaProducer(bootstrap_servers=servers, acks="all", metrics_enabled=False, **large)) as producer:
        producer.partitions_for(TOPIC)
        # It is not the producer's doing that there are fifty thousand messages to look for garbage in.
        gc.collect()
        gc.freeze()
        began = time.monotonic()
        for message in messages:
            producer.send(TOPIC, message.value, message.key, message.headers)
        producer.flush()
        return time.monotonic() - began


def _relay(signed: Crowd) -> float:
    """Have the relay publish it all; the seconds until nothing is left in the outbox."""
    began = signed.post_again()
    while not signed.is_published():
        time.sleep(0.01)
    return time.monotonic() - began


def _check_that_they_arrived(sent: Sequence[Any], arrived: Sequence[Any]) -> None:
    """See that each arrived once, with all that it carries, on its partition. Raises `AssertionError`."""
    wanted, found = ([_carried(one) for one in sorted(records, key=_event_id)] for records in (sent, arrived))
    assert wanted == found, f"{len(arrived)} arrived of {len(sent)} that were sent, or not as they were"


def _event_id(record: Any) -> bytes:
    (id_,) = [value for name, value in record.headers if name == "ce_id"]
    return bytes(id_)


_carried = attrgetter("partition", "key", "value", "headers")
STAGE = Stage("relay", "domain events", 0.50, run)
