"""Stand-ins for the outside world that live in memory; they obey the same contract tests as the real ones."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.calls.domain.directory import Boundary, Snapshot
from services.calls.providers.ports import OutcomeUnknown, PlacedCall, ProviderFails, TryLater
from shared.clock import Clock, now


@dataclass
class FakeVoice:
    """A carrier with no telephones: it notes what it is asked. `failing` makes the next requests go wrong."""

    clock: Clock = now
    placed: list[tuple[str, PlacedCall]] = field(default_factory=list)
    addresses: dict[str, tuple[str, str]] = field(default_factory=dict)
    failing: list[ProviderFails] = field(default_factory=list)
    # Whether a request that ends in `OutcomeUnknown` was carried out all the same.
    accepts_what_times_out: bool = True
    # Several threads place calls at once, and each call has a name of its own.
    _names: Iterator[int] = field(default_factory=itertools.count)

    def place(self, number: str, *, answered_url: str, status_url: str) -> PlacedCall:
        """Note the call; it is queued until `ring` moves it."""
        failure = self.failing.pop(0) if self.failing else None
        if failure and not (isinstance(failure, OutcomeUnknown) and self.accepts_what_times_out):
            raise failure
        call = PlacedCall(carrier_id=f"CA{next(self._names):032x}", status="queued", placed_at=self.clock())
        self.placed.append((number, call))
        self.addresses[call.carrier_id] = (answered_url, status_url)
        if failure:
            raise failure
        return call

    def calls_to(self, number: str, *, since: datetime) -> Sequence[PlacedCall]:
        """What was placed to a number since then, newest first."""
        return [call for to, call in reversed(self.placed) if to == number and call.placed_at >= since]

    def call(self, carrier_id: str) -> PlacedCall | None:
        """One call by its id."""
        return next((call for _, call in self.placed if call.carrier_id == carrier_id), None)

    def becomes(self, carrier_id: str, status: str) -> None:
        """Have a call be in another status from now on."""
        self.placed = [
            (number, replace(call, status=status) if call.carrier_id == carrier_id else call)
            for number, call in self.placed
        ]


@dataclass
class FakeRepresent:
    """A directory that says what it is given; `is_away` makes every request fail."""

    snapshot: Snapshot
    codes: Mapping[str, Sequence[Boundary]]
    source: str = "https://represent.example.org"
    is_away: bool = False
    asked: list[str] = field(default_factory=list)
    # Called at each request, for tests that look at what may not happen meanwhile.
    when_asked: Callable[[], None] = lambda: None

    def representatives(self) -> Snapshot:
        """The snapshot."""
        self._answer("representatives")
        return self.snapshot

    def boundaries_of(self, postal_code: str) -> Sequence[Boundary]:
        """What it was told of a code."""
        self._answer(postal_code)
        return self.codes.get(postal_code, [])

    def _answer(self, question: str) -> None:
        self.asked.append(question)
        self.when_asked()
        if self.is_away:
            raise TryLater("away")
