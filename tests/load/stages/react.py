"""React: consume, deduplicate, mark the signature and count it, beside a consumer that only reads the same messages."""

import time
from collections.abc import Callable
from contextlib import closing

import sqlalchemy as sa
from kafka import KafkaConsumer, OffsetAndMetadata

from shared.bus import connections
from shared.domain_events.envelope import topic_of
from shared.settings import CoreSettings
from tests.load.crowd import Crowd, crowd
from tests.load.machine import Machine, cpu_seconds, wait_until
from tests.load.measuring import Measured, Stage, in_turns
from tests.load.part import part
from tests.load.topic import ends_of

EVENTS = 100_000
TOPIC = topic_of("signatures")
GROUP = "groundswell.signatures"


def run(components: Machine) -> Measured:
    """Hear of a hundred thousand signatures, as `signatures` itself does, and count each once."""
    settings, signed = components.settings, crowd(components, EVENTS)
    with part(components, "signatures", "relay"):
        wait_until(signed.is_published)
    microseconds: list[float] = []

    def limit() -> float:
        return _consume(settings)

    def ours() -> float:
        signed.uncount()
        _go_back(settings)
        with part(components, "signatures", "consumer") as consumer:
            wait_until(signed.counted)
            already, used = signed.counted(), cpu_seconds(consumer.family())
            per_second = _since_now(signed.counted)
            microseconds.append(1e6 * (cpu_seconds(consumer.family()) - used) / (EVENTS - already))
            _check_that_each_counted_once(signed)
        return per_second

    measured = in_turns(limit, ours)
    signed.database.close()
    remark = f"CPU an event: {sorted(microseconds)[len(microseconds) // 2]:.0f} us in the consumer"
    return Measured(measured.limit, measured.measured, (remark,))


def _since_now(counted: Callable[[], int]) -> float:
    """How many a second are counted from now until all are, when some are already."""
    began, already = time.monotonic(), counted()
    while counted() < EVENTS:
        time.sleep(0.02)
    return (EVENTS - already) / (time.monotonic() - began)


def _consume(settings: CoreSettings) -> float:
    """Read all messages, fetched and handed over in the sizes that pay most; how many a second, from the first."""
    sizes = {"max_partition_fetch_bytes": 8 * 1024 * 1024, "max_poll_records": 250}
    with closing(KafkaConsumer(bootstrap_servers=list(settings.kafka), metrics_enabled=False, **sizes)) as reader:
        reader.assign(list(ends_of(settings, TOPIC)))
        reader.seek_to_beginning()
        heard = _poll(reader)
        began, already = time.monotonic(), heard
        while heard < EVENTS:
            heard += _poll(reader)
        return (EVENTS - already) / (time.monotonic() - began)


def _poll(reader: KafkaConsumer) -> int:
    return sum(len(records) for records in reader.poll(timeout_ms=500).values())


def _go_back(settings: CoreSettings) -> None:
    """Have the service's consumer group begin at the beginning; nobody may be in it."""
    beginning = {partition: OffsetAndMetadata(0, "", -1) for partition in ends_of(settings, TOPIC)}
    with closing(connections.consumer(settings, GROUP)) as consumer:
        consumer.assign(list(beginning))
        consumer.commit(beginning)


def _check_that_each_counted_once(signed: Crowd) -> None:
    """See that what was heard is remembered and in the total, each once. Raises `AssertionError`."""
    with signed.database.transaction() as transaction:
        heard = transaction.scalar(sa.text("SELECT count(*) FROM inbox"))
        marked = transaction.scalar(sa.text("SELECT count(*) FROM signatures WHERE counted"))
    assert heard == marked == signed.counted() == EVENTS, f"{heard} were heard of, {marked} marked, of {EVENTS}"


STAGE = Stage("react", "domain events", 0.15, run)
