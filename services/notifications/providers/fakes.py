"""Stand-ins for the providers that live in memory; they obey the same contract tests as the real ones."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.notifications.providers.ports import (
    Email,
    EmailTemplate,
    OutcomeUnknown,
    ProviderFails,
    Refused,
    Text,
    TextRecord,
)
from shared.clock import Clock, now


@dataclass
class FakeTexts:
    """A carrier with no telephones: it notes what it is asked. `failing` makes the next requests go wrong.

    `meanwhile` is called in every request, for tests that look at what may not happen then, or end it there.
    """

    clock: Clock = now
    sent: list[tuple[Text, TextRecord]] = field(default_factory=list)
    failing: list[ProviderFails] = field(default_factory=list)
    # What the next requests to a number fail with, whatever comes before them.
    refusing: dict[str, ProviderFails] = field(default_factory=dict)
    # Whether a request that ends in `OutcomeUnknown` was carried out all the same.
    accepts_what_times_out: bool = True
    is_away: bool = False
    meanwhile: Callable[[Text], None] = lambda text: None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def send(self, text: Text) -> str:
        """Note the text; it is queued until `becomes` moves it."""
        failure = self._failure(text)
        if failure and not (isinstance(failure, OutcomeUnknown) and self.accepts_what_times_out):
            raise failure
        with self._lock:
            provider_id = f"SM{len(self.sent):032x}"
            record = TextRecord(provider_id=provider_id, status="queued", body=text.body, sent_at=self.clock())
            self.sent.append((text, record))
        self.meanwhile(text)
        if failure:
            raise failure
        return provider_id

    def sent_to(self, number: str, *, since: datetime) -> Sequence[TextRecord]:
        """What was sent to a number since then, newest first."""
        self._answer()
        return [record for text, record in reversed(self.sent) if text.to == number and record.sent_at >= since]

    def find(self, provider_id: str) -> TextRecord | None:
        """One text by its id."""
        self._answer()
        return next((record for _, record in self.sent if record.provider_id == provider_id), None)

    def becomes(self, provider_id: str, status: str, error_code: str = "") -> None:
        """Have a text be in another status from now on."""
        self.sent = [
            (
                text,
                replace(record, status=status, error_code=error_code) if record.provider_id == provider_id else record,
            )
            for text, record in self.sent
        ]

    def bodies_to(self, number: str) -> list[str]:
        """What a number was told, oldest first."""
        return [text.body for text, _ in self.sent if text.to == number]

    def _failure(self, text: Text) -> ProviderFails | None:
        with self._lock:
            return self.refusing.get(text.to) or (self.failing.pop(0) if self.failing else None)

    def _answer(self) -> None:
        if self.is_away:
            raise OutcomeUnknown("away")


@dataclass
class FakeMail:
    """A mail service with no mailboxes: it notes each request. `failing` makes the next requests go wrong."""

    requests: list[tuple[EmailTemplate, tuple[Email, ...]]] = field(default_factory=list)
    failing: list[ProviderFails] = field(default_factory=list)
    # Addresses for which a request is refused, with everything in it.
    bad_addresses: set[str] = field(default_factory=set)
    accepts_what_times_out: bool = True
    meanwhile: Callable[[Sequence[Email]], None] = lambda emails: None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def send(self, template: EmailTemplate, emails: Sequence[Email]) -> str:
        """Note the request."""
        with self._lock:
            failure = self.failing.pop(0) if self.failing else None
            if not failure and any(email.to in self.bad_addresses for email in emails):
                is_alone = len(emails) == 1
                failure = Refused("invalid_address" if is_alone else "http_400", suppresses=is_alone)
            if failure and not (isinstance(failure, OutcomeUnknown) and self.accepts_what_times_out):
                raise failure
            self.requests.append((template, tuple(emails)))
            provider_id = f"request-{len(self.requests)}"
        self.meanwhile(emails)
        if failure:
            raise failure
        return provider_id

    @property
    def sent(self) -> list[tuple[EmailTemplate, Email]]:
        """Every e-mail, oldest first."""
        return [(template, email) for template, emails in self.requests for email in emails]

    def to(self, address: str) -> list[tuple[EmailTemplate, Email]]:
        """What an address was sent, oldest first."""
        return [(template, email) for template, email in self.sent if email.to == address]
