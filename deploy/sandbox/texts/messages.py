"""Texts: one compact record each."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.dates import Period, written
from deploy.sandbox.kept import Kept, by_direction
from deploy.sandbox.twilio_errors import text_of

KEPT = 250_000
FINAL = frozenset(("delivered", "undelivered", "failed", "canceled", "received"))
# What a telephone shows: texts that came to it, and those its owner wrote.
SEEN = frozenset(("delivered", "received"))
# What Twilio answers to a keyword itself. It reaches the telephone and is in no list of the API.
CONFIRMATION = "keyword-confirmation"


@dataclass(slots=True, eq=False)
class Message:
    """One text. `phone` is the outside telephone, whichever end it is at."""

    sid: str
    to: str
    from_number: str | None
    body: str
    direction: str
    segments: int
    status: str = "queued"
    callback: str | None = None
    service_sid: str | None = None
    media: int = 0
    error_code: int | None = None
    created: float = field(default_factory=time.time)
    updated: float = 0.0
    sent: float | None = None
    send_at: float | None = None
    expires: float | None = None
    position: int = -1

    @property
    def inbound(self) -> bool:
        """Whether a telephone wrote it."""
        return self.direction == "inbound"

    @property
    def phone(self) -> str:
        """The telephone it was written on, or that it goes to."""
        return (self.from_number or "") if self.inbound else self.to

    @property
    def seen(self) -> bool:
        """Whether it appears on the telephone."""
        return self.status in SEEN

    def as_twilio(self, account_sid: str) -> dict[str, Any]:
        """The resource as Twilio's API shows it."""
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        chosen = self.status not in ("accepted", "scheduled")
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": written(self.created),
            "date_sent": written(self.sent),
            "date_updated": written(self.updated or self.created),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": text_of(self.error_code) if self.error_code else None,
            "from": self.from_number if chosen else None,
            "messaging_service_sid": self.service_sid,
            "num_media": str(self.media),
            "num_segments": str(self.segments) if chosen else "0",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }

    def as_data(self) -> dict[str, Any]:
        """The record as the control API and the pages show it."""
        return {
            "sid": self.sid,
            "position": self.position,
            "direction": self.direction,
            "from": self.from_number,
            "to": self.to,
            "body": self.body,
            "status": self.status,
            "error_code": self.error_code,
            "segments": self.segments,
            "created": self.created,
            "sent": self.sent,
        }


class Messages(Kept[Message]):
    """The latest `KEPT` texts in full, by their telephones, and every one in the counts."""

    def __init__(self, kept: int = KEPT) -> None:
        super().__init__(kept)
        self._said: set[int] = set()
        self.counts: Counter[tuple[str, str]] = Counter()
        # Texts that went to a telephone which had been sent the very same words before.
        self.duplicates = 0

    def id_of(self, one: Message) -> str:
        """Its identifier."""
        return one.sid

    def owner_of(self, one: Message) -> str:
        """The telephone that it goes to, or was written on."""
        return one.phone

    def add(self, one: Message) -> None:
        """Keep a text."""
        self.counts[one.direction, one.status] += 1
        if one.direction == "outbound-api":
            self._compare(one)
        super().add(one)

    def _compare(self, message: Message) -> None:
        words = hash((message.to, message.body))
        self.duplicates += words in self._said
        self._said.add(words)

    def becomes(self, message: Message, status: str, error_code: int | None = None) -> None:
        """Note what has become of a text."""
        self.counts[message.direction, message.status] -= 1
        self.counts[message.direction, status] += 1
        message.status, message.error_code, message.updated = status, error_code, time.time()

    def find(
        self, to: str | None, from_number: str | None, sent: Period, before: int | None = None
    ) -> Iterator[Message]:
        """The texts that a list with these filters has, newest first, from those older than a position."""
        outside = next((number for number in (to, from_number) if number in self.owners()), None)
        for message in self.latest_first(outside):
            if (
                (before is None or message.position < before)
                and to in (None, message.to)
                and from_number in (None, message.from_number)
                and sent.covers(message.sent)
                and message.direction != CONFIRMATION
            ):
                yield message

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self._said.clear()
        self.counts.clear()
        self.duplicates = 0

    def status_counts(self) -> dict[str, dict[str, int]]:
        """How many texts are in each status, by direction."""
        return by_direction(self.counts)
