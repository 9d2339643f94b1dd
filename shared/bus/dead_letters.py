"""Dead letters: what a consumer could not handle, kept with the reason until an operator replays or discards it.

They live in a compacted topic keyed by the event's id, so that an empty message under the same key settles one.
A replay goes back to the original topic, marked with the consumer it is for; the inbox lets it act there just once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from shared.bus.topics import dead_letters_of
from shared.clock import now
from shared.domain_events.envelope import Headers
from shared.observability.metrics import DEAD_LETTERS
from shared.privacy.redaction import redact

REASON = "groundswell_reason"
ORIGIN = "groundswell_origin"
PARKED_AT = "groundswell_parked_at"
REPLAY_FOR = "groundswell_replay_for"
_OURS = {REASON, ORIGIN, PARKED_AT, REPLAY_FOR}
WITHIN_SECONDS = 30


@dataclass(frozen=True)
class DeadLetter:
    """One parked message. `id` is the event's id, or the place it was read from where it had none."""

    id: str
    type: str
    reason: str
    origin: str
    parked_at: str
    headers: Headers
    original_key: bytes | None
    value: bytes


class DeadLetters:
    """One consumer's dead letters."""

    def __init__(self, consumer: str, producer: Callable[[], KafkaProducer]) -> None:
        self._consumer = consumer
        self._producer = producer

    def park(self, record: Any, reason: str) -> None:
        """Keep a message that cannot be handled; returns once Kafka has it."""
        headers = dict(record.headers)
        origin = f"{record.topic}/{record.partition}/{record.offset}"
        marks = [(REASON, redact(reason)), (ORIGIN, origin), (PARKED_AT, now().isoformat())]
        kept = [(name, value or b"") for name, value in record.headers if name not in _OURS]
        key = headers.get("ce_id") or origin.encode()
        self._send(
            dead_letters_of(self._consumer),
            key=key,
            value=record.value or b"null",
            headers=kept + [(name, text.encode()) for name, text in marks] + [("groundswell_key", record.key or b"")],
        )
        DEAD_LETTERS.labels(self._consumer, headers.get("ce_type", b"unreadable").decode("utf-8", "replace")).inc()

    def replay(self, letter: DeadLetter) -> None:
        """Send a message back to its topic for this consumer to try again, and settle the letter."""
        kept = [(name, value) for name, value in letter.headers if name not in _OURS | {"groundswell_key"}]
        self._send(
            letter.origin.split("/")[0],
            key=letter.original_key,
            value=letter.value,
            headers=[*kept, (REPLAY_FOR, self._consumer.encode())],
        )
        self.discard(letter)

    def discard(self, letter: DeadLetter) -> None:
        """Settle a letter without another try."""
        self._send(dead_letters_of(self._consumer), key=letter.id.encode(), value=None, headers=[])

    def _send(self, topic: str, **message: Any) -> None:
        self._producer().send(topic, **message).get(timeout=WITHIN_SECONDS)


def is_replay_for_another(headers: Iterable[tuple[str, bytes]], consumer: str) -> bool:
    """Whether a message is a replay that another consumer asked for."""
    return any(name == REPLAY_FOR and value != consumer.encode() for name, value in headers)


def open_letters(reader: KafkaConsumer, consumer: str) -> list[DeadLetter]:
    """The dead letters of a consumer that are not settled, oldest first."""
    letters: dict[bytes, DeadLetter] = {}
    for record in _everything(reader, dead_letters_of(consumer)):
        letters.pop(record.key, None)
        if record.value is not None:
            letters[record.key] = _letter(record)
    return list(letters.values())


def _everything(reader: KafkaConsumer, topic: str) -> Iterator[Any]:
    partitions = [TopicPartition(topic, number) for number in sorted(reader.partitions_for_topic(topic) or ())]
    if not partitions:
        return
    reader.assign(partitions)
    reader.seek_to_beginning(*partitions)
    ends = reader.end_offsets(partitions)
    while any(reader.position(partition) < ends[partition] for partition in partitions):
        for records in reader.poll(timeout_ms=1000).values():
            yield from records


def _letter(record: Any) -> DeadLetter:
    texts = {name: value.decode("utf-8", "replace") for name, value in record.headers}
    return DeadLetter(
        id=record.key.decode(),
        type=texts.get("ce_type", "unreadable"),
        reason=texts.get(REASON, ""),
        origin=texts.get(ORIGIN, ""),
        parked_at=texts.get(PARKED_AT, ""),
        headers=list(record.headers),
        original_key=dict(record.headers).get("groundswell_key") or None,
        value=record.value,
    )
