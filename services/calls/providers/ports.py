"""What the use cases need of the outside world, and how it fails.

`ProviderFails`
  ├── `TryLater`: surely not done; the same request may be made again (busy, limited, our account's settings)
  ├── `OutcomeUnknown`: it may have been done; ask before making it again (time-out, connection lost, a 5xx)
  └── `Refused`: never, for this request (a number that cannot be rung)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.calls.domain.directory import Boundary, Snapshot


class ProviderFails(Exception):
    """The provider did not do it; the text has its code, never a person's number."""


class TryLater(ProviderFails):
    """Surely not done, and the reason may pass."""


class OutcomeUnknown(ProviderFails):
    """Perhaps done: no answer came, or one that does not say."""


class Refused(ProviderFails):
    """Not done, and it would not be another time."""


@dataclass(frozen=True, kw_only=True)
class PlacedCall:
    """A call as the carrier knows it."""

    carrier_id: str
    status: str
    placed_at: datetime


class Voice(Protocol):
    """Rings telephones. Never records."""

    def place(self, number: str, *, answered_url: str, status_url: str) -> PlacedCall:
        """Ring a number; what to say is asked of `answered_url`. Raises `TryLater`, `OutcomeUnknown` or `Refused`."""
        ...

    def calls_to(self, number: str, *, since: datetime) -> Sequence[PlacedCall]:
        """The calls that we placed to a number since then, newest first. Raises `ProviderFails`."""
        ...

    def call(self, carrier_id: str) -> PlacedCall | None:
        """One call by the carrier's name for it; None where it knows no such call. Raises `ProviderFails`."""
        ...


class Represent(Protocol):
    """Knows who sits in the House of Commons, and the ridings of a postal code."""

    source: str

    def representatives(self) -> Snapshot:
        """Every sitting member with their offices. Raises `TryLater`."""
        ...

    def boundaries_of(self, postal_code: str) -> Sequence[Boundary]:
        """What both of its lists say of a postal code; nothing for a code it does not know. Raises `TryLater`."""
        ...
