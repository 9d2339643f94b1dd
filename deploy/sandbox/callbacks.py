"""Posts status callbacks: signed, over kept connections, in order for each text and call unless a fault says otherwise.

A callback waits in one of a few lanes, chosen by what it is about, so that order needs no bookkeeping, a slow webhook
holds up only its own lane, and thousands a second need neither a task nor a connection each.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.faults import Fault, Faults
from deploy.sandbox.identifiers import delivery_token
from deploy.sandbox.posting import Connections, NotConnected
from deploy.sandbox.signing import twilio_signature

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

    def __init__(self, auth_token: str, faults: Faults, alerts: Alerts) -> None:
        self._auth_token = auth_token.encode()
        self._faults = faults
        self._alerts = alerts
        self._lanes = [_Lane(self._post) for _ in range(LANES)]
        self._held: dict[str, Callback] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.counts: Counter[str] = Counter()

    def start(self) -> None:
        """Start the lanes; needs a running loop."""
        self._tasks = [asyncio.create_task(lane.run()) for lane in self._lanes]

    def stop(self) -> None:
        """Stop the lanes; what waits is dropped."""
        for task in self._tasks:
            task.cancel()

    def clear(self) -> None:
        """Drop what waits."""
        self._held.clear()
        for lane in self._lanes:
            lane.waiting.clear()
        self.counts.clear()

    @property
    def waiting(self) -> int:
        """How many callbacks have not been answered yet."""
        return sum(lane.load for lane in self._lanes) + len(self._held)

    def post(self, callback: Callback) -> None:
        """Post a callback, unless a fault has it lost, late, doubled or overtaken."""
        fault = self._faults.strike("callbacks") if self._faults.active else None
        if fault is not None:
            self.counts[fault.kind] += 1
            self._strike(fault, callback)
        else:
            self._enqueue(callback)
            if self._held:
                self._release(callback.about)

    def _strike(self, fault: Fault, callback: Callback) -> None:
        loop = asyncio.get_running_loop()
        if fault.kind == "duplicated":
            self._enqueue(callback)
            self._enqueue(callback)
        elif fault.kind == "late":
            loop.call_later(fault.seconds, self._enqueue, callback)
        elif fault.kind == "reordered":
            self._release(callback.about)
            self._held[callback.about] = callback
            loop.call_later(fault.seconds or OVERTAKEN_SECONDS, self._release, callback.about)

    def _release(self, about: str) -> None:
        held = self._held.pop(about, None)
        if held is not None:
            self._enqueue(held)

    def _enqueue(self, callback: Callback) -> None:
        self._lanes[hash(callback.about) % LANES].add(callback)

    async def _post(self, callback: Callback, connections: Connections) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status = await connections.send(*self._request(callback))
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

    def _request(self, callback: Callback) -> tuple[str, str, dict[str, str], bytes]:
        """Method, address, headers and body. A GET carries its form in the address, which is then what is signed."""
        form, url, body = callback.form, callback.url.partition("#")[0], b""
        if callback.method == "GET":
            url += ("&" if "?" in url else "?") + urlencode(form)
            form = {}
        else:
            body = urlencode(form).encode()
        headers = {
            "X-Twilio-Signature": twilio_signature(self._auth_token, url, form),
            "I-Twilio-Idempotency-Token": callback.token,
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
        }
        return callback.method, url, headers, body


class _Lane:
    """One queue with its own connections, worked off by one task."""

    def __init__(self, post: Callable[[Callback, Connections], "asyncio.Future[None] | object"]) -> None:
        self._post = post
        self._connections = Connections()
        self._filled = asyncio.Event()
        self.waiting: deque[Callback] = deque()
        self.busy = 0
