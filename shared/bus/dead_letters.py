"""Dead letters: what a consumer could not handle, kept with the reason until an operator replays or discards it.

They live in a compacted topic, keyed by the place they were read from, so that parking twice after a crash is one
letter and an empty message under the same key settles it. A replay goes back to the original topic, marked with the
consumer it is for; the inbox lets it act there just once, and where it fails again that is a letter of its own.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from shared.bus.topics import dead_letters_of
from shared.clock import now
from shared.domain_events.envelope import Headers
from shared.observability.metrics import DEAD_LETTERS
from shared.privacy.redaction import redact

REASON = "groundswell_reason"
ORIGIN = "groundswell_origin"
PARKED_AT = "groundswell_parked_at"
REPLAY_FOR = "groundswell_replay_for"
ORIGINAL_KEY = "groundswell_key"
LEFT_OUT = "groundswell_left_out"
_OURS = {REASON, ORIGIN, PARKED_AT, REPLAY_FOR, ORIGINAL_KEY, LEFT_OUT}
WITHIN_SECONDS = 15


class LetterIsIncomplete(Exception):
    """The message was too large to be kept whole; it can only be looked up where it came from."""


@dataclass(frozen=True)
class DeadLetter:
    """One parked message. `id` is the place it was read from: topic/partition/offset."""

    id: str
    event_id: str
    type: str
    reason: str
    parked_at: str
    headers: Headers
    original_key: bytes | None
    value: bytes

    @property
    def topic(self) -> str:
        """The topic it was read from."""
        return self.id.split("/")[0]


class DeadLetters:
    """One consumer's dead letters."""

    def __init__(self, consumer: str, producer: Callable[[], KafkaProducer]) -> None:
        self._consumer = consumer
        self._producer = producer

    def park(self, record: Any, reason: str) -> None:
        """Keep a message that cannot be handled; returns once Kafka has it. Raises `KafkaError`."""
        place = f"{record.topic}/{record.partition}/{record.offset}"
        texts = {REASON: redact(reason), ORIGIN: place, PARKED_AT: now().isoformat()}
        marks = [(name, text.encode()) for name, text in texts.items()] + [(ORIGINAL_KEY, record.key or b"")]
        kept = [(name, value or b"") for name, value in record.headers if name not in _OURS]
        try:
            self._put(place, record.value or b"null", kept + marks)
        except MessageSizeTooLargeError:
            # It was just small enough for its own topic. Without the marks it would be nameless, without this stuck.
            self._put(place, b"null", [*marks, (LEFT_OUT, str(len(record.value or b"")).encode())])
        type_ = dict(kept).get("ce_type", b"unreadable").decode("utf-8", "replace")
        DEAD_LETTERS.labels(self._consumer, type_).inc()

    def replay(self, letter: DeadLetter) -> None:
        """Send a message back to its topic for this consumer to try again, and settle the letter.

        Raises `LetterIsIncomplete` or `KafkaError`.
        """
        if LEFT_OUT in dict(letter.headers):
            raise LetterIsIncomplete(f"{letter.id} was too large to be kept; it can only be read at its origin")
        kept = [(name, value) for name, value in letter.headers if name not in _OURS]
        mark = (REPLAY_FOR, self._consumer.encode())
        self._send(letter.topic, key=letter.original_key, value=letter.value, headers=[*kept, mark])
        self.discard(letter)

    def discard(self, letter: DeadLetter) -> None:
        """Settle a letter without another try. Raises `KafkaError`."""
        self._put(letter.id, None, [])

    def _put(self, place: str, value: bytes | None, headers: Headers) -> None:
        self._send(dead_letters_of(self._consumer), key=place.encode(), value=value, headers=headers)

    def _send(self, topic: str, **message: Any) -> None:
        self._producer().send(topic, **message).get(timeout=WITHIN_SECONDS)


def is_replay_for_another(headers: Iterable[tuple[str, bytes]], consumer: str) -> bool:
    """Whether a message is a replay that another consumer asked for."""
    return any(name == REPLAY_FOR and value != consumer.encode() for name, value in headers)


def open_letters(reader: KafkaConsumer, consumer: str) -> list[DeadLetter]:
    """The dead letters of a consumer that are not settled, oldest first. Raises `KafkaError`."""
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
    heard_at = time.monotonic()
    while any(reader.position(partition) < ends[partition] for partition in partitions):
        for records in reader.poll(timeout_ms=1000).values():
            heard_at = time.monotonic()
            yield from records
        if time.monotonic() - heard_at > WITHIN_SECONDS:
            raise KafkaTimeoutError(f"{topic} could not be read to its end")


def _letter(record: Any) -> DeadLetter:
    headers = [(name, value or b"") for name, value in record.headers]
    texts = {name: value.decode("utf-8", "replace") for name, value in headers}
    return DeadLetter(
        id=record.key.decode(),
        event_id=texts.get("ce_id", ""),
        type=texts.get("ce_type", "unreadable"),
        reason=texts.get(REASON, ""),
        parked_at=texts.get(PARKED_AT, ""),
        headers=headers,
        original_key=dict(headers).get(ORIGINAL_KEY) or None,
        value=record.value,
    )
