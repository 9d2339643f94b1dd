"""What arrived on the rehearsal's telephones and in its inboxes, and what domain events told of it."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from deploy.rehearsal.sandbox import Sandbox

Record = dict[str, Any]
FROM_US, TO_US = "outbound", "inbound"


class Arrivals:
    """Every text and e-mail since the rehearsal began; asking again brings what is new."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._next_text, self._next_email = sandbox.texts_until_now(), sandbox.emails_until_now()
        self._texts: list[Record] = []
        self._emails: list[Record] = []

    def texts(self) -> list[Record]:
        """All texts, both ways, in the order in which they were taken."""
        self._texts += self._sandbox.texts(self._next_text)
        self._next_text = self._texts[-1]["position"] + 1 if self._texts else self._next_text
        return self._texts

    def emails(self) -> list[Record]:
        """All e-mails."""
        self._emails += self._sandbox.emails(self._next_email)
        self._next_email = self._emails[-1]["position"] + 1 if self._emails else self._next_email
        return self._emails


class DomainEvents:
    """Every domain event on Kafka since the rehearsal began, each once however often it was published."""

    def __init__(self, brokers: Sequence[str]) -> None:
        self._reader = KafkaConsumer(
            bootstrap_servers=list(brokers), enable_auto_commit=False, bootstrap_timeout_ms=10_000
        )
        names = [name for name in self._reader.topics() if name.startswith("groundswell.") and name.endswith(".v1")]
        self._reader.assign([TopicPartition(name, one) for name in names for one in _partitions(self._reader, name)])
        self._reader.seek_to_end()
        # The positions are looked up now and not at the first poll, which may come after the first event.
        for partition in self._reader.assignment():
            self._reader.position(partition)
        # By type, and within it by the domain event's own id.
        self._seen: defaultdict[str, dict[str, Record]] = defaultdict(dict)

    def of(self, type_: str, meant: Callable[[Record], bool] = lambda _: True) -> list[Record]:
        """The fields of the domain events of a type that are meant."""
        self._read()
        # A copy, as finding out whether one is meant may read further.
        return [fields for fields in [*self._seen[type_].values()] if meant(fields)]

    def count(self, type_: str, meant: Callable[[Record], bool] = lambda _: True) -> int:
        """How many of a type are meant."""
        return len(self.of(type_, meant))

    def close(self) -> None:
        """Let the broker go."""
        self._reader.close()

    def _read(self) -> None:
        for record in self._new():
            headers = dict(record.headers)
            self._seen[headers["ce_type"].decode()][headers["ce_id"].decode()] = json.loads(record.value)

    def _new(self) -> Iterator[Any]:
        while True:
            found = self._reader.poll(timeout_ms=100, max_records=5000)
            if not found:
                return
            for records in found.values():
                yield from records


def _partitions(reader: KafkaConsumer, topic: str) -> set[int]:
    found: set[int] | None = reader.partitions_for_topic(topic)
    return found or set()
