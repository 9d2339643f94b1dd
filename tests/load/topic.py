"""What is on a topic, read with kafka-python as it comes."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from shared.bus import connections
from shared.settings import CoreSettings

Offsets = Mapping[TopicPartition, int]


def ends_of(settings: CoreSettings, topic: str) -> dict[TopicPartition, int]:
    """How far each partition of a topic goes."""
    with closing(connections.reader(settings)) as reader:
        return _ends(reader, topic)


def records_of(settings: CoreSettings, topic: str, since: Offsets) -> list[Any]:
    """What was published on a topic since some offsets, each partition in order."""
    with closing(connections.reader(settings)) as reader:
        ends = _ends(reader, topic)
        reader.assign(list(ends))
        for partition, offset in since.items():
            reader.seek(partition, offset)
        return list(_until(reader, ends))


def _ends(reader: KafkaConsumer, topic: str) -> dict[TopicPartition, int]:
    partitions = [TopicPartition(topic, number) for number in reader.partitions_for_topic(topic) or ()]
    ends: dict[TopicPartition, int] = reader.end_offsets(partitions)
    return ends


def _until(reader: KafkaConsumer, ends: Offsets) -> Iterator[Any]:
    while any(reader.position(partition) < end for partition, end in ends.items()):
        for records in reader.poll(timeout_ms=500).values():
            yield from records
