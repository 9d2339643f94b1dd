"""Sending as a stage: a worker that sends what is due, beside urllib3 that posts the same bytes again."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from services.notifications.domain.delivery import State
from tests.load.machine import Machine, Served, cpu_seconds, wait_until
from tests.load.measuring import Measured, in_turns
from tests.load.posting import post_all
from tests.load.provider import Provider, Request, provider
from tests.load.supporters import Supporters

# Nobody waits for the morning, and the sender is as fast as can be set.
SETTINGS = {"GROUNDSWELL_QUIET_HOURS": "none", "GROUNDSWELL_TEXTS_PER_SECOND": "99999"}


@dataclass(frozen=True)
class Told:
    """What a provider tells of one message: to whom it went, our id of it, and its own."""

    address: str
    delivery_id: str
    provider_id: str


@dataclass(frozen=True)
class Sending:
    """What is sent on one channel, a part of the supporters a round. `connections` is for the limit.

    `told` reads what a request held, and `after_seconds` is how long the provider takes to answer one.
    """

    channel: str
    connections: int
    after_seconds: float
    told: Callable[[Request], Iterable[Told]]


def measure_sending(components: Machine, known: Supporters, sending: Sending) -> Measured:
    """Send to one part after the other by one worker of `notifications`, with all its parts."""
    with (
        provider(components, sending.after_seconds) as taker,
        components.worker("notifications", SETTINGS | taker.settings) as worker,
    ):
        rounds = _Rounds(components, known, sending, taker, worker)
        # What the limit posts at first; it counts for neither.
        rounds.ours()
        measured = in_turns(rounds.limit, rounds.ours)
    known.backbone.database.close()
    return Measured(measured.limit, measured.measured, (rounds.cpu(),))


@dataclass
class _Rounds:
    components: Machine
    known: Supporters
    sending: Sending
    taker: Provider
    worker: Served
    _sent: Sequence[Request] = ()
    _part: Iterator[int] = field(default_factory=count)
    _cpu_seconds: list[tuple[float, float]] = field(default_factory=list)

    def limit(self) -> float:
        """Post what was sent last once more; messages a second."""
        seconds = post_all(self.taker.served.url, self._sent, self.sending.connections)
        assert len(self.taker.taken()) == len(self._sent)
        return self.known.in_each / seconds

    def ours(self) -> float:
        """Send to the next part; messages a second, from the moment they are due until all of it is written."""
        self.known.plan(self.known.announcement(self.sending.channel, next(self._part) % self.known.parts))
        (used, database_used), began = self._cpu_used(), time.monotonic()
        wait_until(self.known.is_sent)
        seconds, (now_used, database_now_used) = time.monotonic() - began, self._cpu_used()
        self._cpu_seconds.append((now_used - used, database_now_used - database_used))
        self._sent = self.taker.taken()
        self._check_that_each_got_one()
        self.known.forget_messages()
        return self.known.in_each / seconds

    def cpu(self) -> str:
        """The processor time that a message took in the round in the middle."""
        ours, database = (
            1000 * seconds / self.known.in_each for seconds in sorted(self._cpu_seconds)[len(self._cpu_seconds) // 2]
        )
        return f"CPU a message: {ours:.3f} ms in the worker, {database:.3f} ms in PostgreSQL"

    def _cpu_used(self) -> tuple[float, float]:
        return cpu_seconds(self.worker.family()), cpu_seconds(self.components.database_processes())

    def _check_that_each_got_one(self) -> None:
        """See that everybody got one message, and that the ledger has the provider's id of each."""
        told = [one for request in self._sent for one in self.sending.told(request)]
        people = len({one.address for one in told})
        assert len(told) == people == self.known.in_each, f"{len(told)} messages went to {people} people"
        wanted = sorted((one.delivery_id, State.ACCEPTED.value, one.provider_id) for one in told)
        assert sorted(self.known.ledger()) == wanted, "the ledger does not say what the provider says"
