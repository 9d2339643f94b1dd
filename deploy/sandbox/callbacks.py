"""Posts status callbacks: signed, over kept connections, in order for each text and call unless a fault says otherwise.

A callback waits in one of a few lanes, chosen by what it is about, so that order needs no bookkeeping, a slow webhook
holds up only its own lane, and thousands a second need neither a task nor a connection each.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.faults import Fault, Faults
from deploy.sandbox.identifiers import delivery_token
from deploy.sandbox.pace import Pace
from deploy.sandbox.posting import Connections, NotConnected
from deploy.sandbox.signing import signed_request

LANES = 32
ANSWER_SECONDS = 15.0
# How long a reordered callback waits for the next one to overtake it.
OVERTAKEN_SECONDS = 2.0


@dataclass(slots=True)
class Callback:
    """One form to post. `about` is the text or call; `warning` is the code noted where the webhook refuses it."""

    about: str
    url: str
    form: dict[str, str]
    method: str = "POST"
    warning: int = 11200
    token: str = field(default_factory=delivery_token)


class Callbacks:
    """Everything that waits to be posted, and the lanes that post it."""

    def __init__(self, auth_token: str, pace: Pace, faults: Faults, alerts: Alerts) -> None:
        self._auth_token = auth_token.encode()
        self._pace = pace
        self._faults = faults
        self._alerts = alerts
        self._lanes = [_Lane(self._post) for _ in range(LANES)]
        self._held: dict[str, Callback] = {}
        self._late: set[asyncio.TimerHandle] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self.counts: Counter[str] = Counter()
        # While the sandbox forgets everything, what ends because of it is told to nobody.
        self.muted = False

    def start(self) -> None:
        """Start the lanes; needs a running loop."""
        self._tasks = [asyncio.create_task(lane.run()) for lane in self._lanes]

    def stop(self) -> None:
        """Stop the lanes; what waits is dropped."""
        for task in self._tasks:
            task.cancel()

    def clear(self) -> None:
        """Drop what waits."""
        for handle in self._late:
            handle.cancel()
        self._late.clear()
        self._held.clear()
        for lane in self._lanes:
            lane.waiting.clear()
        self.counts.clear()

    @property
    def waiting(self) -> int:
        """How many callbacks have not been answered yet."""
        return sum(lane.load for lane in self._lanes) + len(self._held) + len(self._late)

    def post(self, callback: Callback) -> None:
        """Post a callback, unless a fault has it lost, late, doubled or overtaken."""
        if self.muted:
            return
        fault = self._faults.strike("callbacks") if self._faults.active else None
        if fault is not None:
            self.counts[fault.kind] += 1
            self._strike(fault, callback)
        else:
            self._enqueue(callback)
            if self._held:
                self._release(callback.about)

    def _strike(self, fault: Fault, callback: Callback) -> None:
        if fault.kind == "duplicated":
            self._enqueue(callback)
            self._enqueue(callback)
        elif fault.kind == "late":
            self._later(fault.seconds, callback)
        elif fault.kind == "reordered":
            self._release(callback.about)
            self._held[callback.about] = callback
            seconds = fault.seconds or OVERTAKEN_SECONDS
            asyncio.get_running_loop().call_later(self._pace.real(seconds), self._release, callback.about)

    def _later(self, seconds: float, callback: Callback) -> None:
        def enqueue() -> None:
            self._late.discard(handle)
            self._enqueue(callback)

        handle = asyncio.get_running_loop().call_later(self._pace.real(seconds), enqueue)
        self._late.add(handle)

    def _release(self, about: str) -> None:
        held = self._held.pop(about, None)
        if held is not None:
            self._enqueue(held)

    def _enqueue(self, callback: Callback) -> None:
        self._lanes[hash(callback.about) % LANES].add(callback)

    async def _post(self, callback: Callback, connections: Connections) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                request = signed_request(self._auth_token, callback.method, callback.url, callback.form, callback.token)
                status = (await connections.send(*request)).status
        except (NotConnected, OSError, TimeoutError) as error:
            self._failed(11205, callback, str(error) or "no answer in 15 s")
        else:
            if 200 <= status < 300:
                self.counts["answered"] += 1
            else:
                self._failed(callback.warning, callback, f"HTTP {status}")

    def _failed(self, code: int, callback: Callback, detail: str) -> None:
        self.counts["failed"] += 1
        self._alerts.add(code, f"{detail} from {callback.url}", callback.about)


class _Lane:
    """One queue with its own connections, worked off by one task."""

    def __init__(self, post: Callable[[Callback, Connections], Awaitable[None]]) -> None:
        self._post = post
        self._connections = Connections()
        self._filled = asyncio.Event()
        self.waiting: deque[Callback] = deque()
        self.busy = 0

    @property
    def load(self) -> int:
        """How many are waiting or being posted."""
        return len(self.waiting) + self.busy

    def add(self, callback: Callback) -> None:
        """Put a callback at the end of the queue."""
        self.waiting.append(callback)
        self._filled.set()

    async def run(self) -> None:
        """Post one after the other, for ever."""
        try:
            while True:
                await self._filled.wait()
                await self._empty()
        finally:
            self._connections.close()

    async def _empty(self) -> None:
        self._filled.clear()
        while self.waiting:
            callback = self.waiting.popleft()
            self.busy = 1
            try:
                await self._post(callback, self._connections)
            finally:
                self.busy = 0
