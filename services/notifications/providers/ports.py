"""What sending needs of the outside world, and how it fails.

`ProviderFails`
  ├── `TryLater`: surely not sent; the same message may be sent again (busy, limited, our account's settings)
  ├── `OutcomeUnknown`: it may have been sent; ask before sending it again (time-out, connection lost, a 5xx)
  └── `Refused`: never, for this message; `code` is the provider's, `suppresses` whether the address is no good for good
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class ProviderFails(Exception):
    """The provider did not take it; the text has its code, never a person's address or words."""


class TryLater(ProviderFails):
    """Surely not sent, and the reason may pass."""


class OutcomeUnknown(ProviderFails):
    """Perhaps sent: no answer came, or one that does not say."""


class Refused(ProviderFails):
    """Not sent, and it would not be another time."""

    def __init__(self, code: str, *, suppresses: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.suppresses = suppresses


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text message that is ready to go. `delivery_id` comes back with every receipt.

    `valid_seconds` is how long the provider may keep it before it is better not sent; None is as long as it likes.
    """

    delivery_id: str
    to: str
    body: str
    valid_seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class TextRecord:
    """A text as the provider knows it. `status` and `error_code` are its own words."""

    provider_id: str
    status: str
    body: str
    sent_at: datetime
    error_code: str = ""


class Texts(Protocol):
    """Sends text messages."""

    def send(self, text: Text) -> str:
        """Send one; the provider's id of it. Raises `TryLater`, `OutcomeUnknown` or `Refused`."""
        ...

    def sent_to(self, number: str, *, since: datetime) -> Sequence[TextRecord]:
        """What we sent to a number since then, newest first, without its own answers. Raises `ProviderFails`."""
        ...

    def find(self, provider_id: str) -> TextRecord | None:
        """One text by the provider's id; None where it knows no such text. Raises `ProviderFails`."""
        ...


@dataclass(frozen=True, kw_only=True)
class Email:
    """One e-mail to one person. `delivery_id` comes back with every event about it.

    `fields` are filled into the template's `{name}` places; both bodies and the subject may have them.
    """

    delivery_id: str
    to: str
    to_name: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EmailTemplate:
    """What many e-mails have in common. `{names}` in braces are filled in for each.

    What is filled into `html` is made safe for HTML; where there is none, the e-mail is plain text only.
    """

    subject: str
    text: str
    html: str
    from_name: str
    reply_to: str | None = None
    reply_to_name: str = ""
    category: str = ""


class Mail(Protocol):
    """Sends e-mail."""

    def send(self, template: EmailTemplate, emails: Sequence[Email]) -> str:
        """Send up to 1000 alike; the provider's id of the request. Raises `TryLater`, `OutcomeUnknown` or `Refused`.

        All or none are taken: a `Refused` of many says nothing of which one was wrong.
        """
        ...
