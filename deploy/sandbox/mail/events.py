"""SendGrid's event webhook: events in batches, signed over the raw body, posted again until answered with 2xx.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import asyncio
import contextlib
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

import orjson

from deploy.sandbox.faults import Fault
from deploy.sandbox.posting import Connections, NotConnected
from deploy.sandbox.signing import event_signature
from deploy.sandbox.surroundings import Surroundings

LARGEST_BATCH = 1000
ANSWER_SECONDS = 15.0
MOST_ATTEMPTS = 12
LONGEST_PAUSE = 60.0
OVERTAKEN_SECONDS = 2.0
# SendGrid is not Twilio: it has no code for it, so the code of a webhook that answers wrongly is borrowed.
WEBHOOK_FAILED = 11200


@dataclass(slots=True)
class Batch:
    """Events that are posted together, and how often that was tried."""

    body: bytes
    size: int
    attempts: int = 0


class EventWebhook:
    """What waits to be posted, and the task that posts it."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._connections = Connections()
        self._events: deque[dict[str, Any]] = deque()
        self._batches: deque[Batch] = deque()
        self._held: Batch | None = None
        self._resting = 0
        self._busy = 0
        self._filled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()

    def start(self) -> None:
        """Start to post; needs a running loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; what waits is dropped."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._connections.close()

    @property
    def waiting(self) -> int:
        """How many events have not been answered yet."""
        held = self._held.size if self._held else 0
        return len(self._events) + sum(batch.size for batch in self._batches) + held + self._resting + self._busy

    def add(self, event: dict[str, Any]) -> None:
        """Post an event with the next batch."""
        self._events.append(event)
        self._filled.set()

    def clear(self) -> None:
        """Drop what waits."""
        self._events.clear()
        self._batches.clear()
        self._held = None
        self._resting = 0
        self.counts.clear()

    async def _run(self) -> None:
        while True:
            await self._filled.wait()
            if self._events and not self._batches:
                await asyncio.sleep(self._around.pace.real(self._around.pace.event_seconds))
            self._filled.clear()
            self._gather()
            while self._batches:
                await self._post(self._batches.popleft())

    def _gather(self) -> None:
        while self._events:
            events = [self._events.popleft() for _ in range(min(len(self._events), LARGEST_BATCH))]
            batch = Batch(_body(events), len(events))
            fault = self._around.faults.strike("events") if self._around.faults.active else None
            if fault is None:
                self._batches.append(batch)
                self._release()
            else:
                self._strike(fault, batch)

    def _strike(self, fault: Fault, batch: Batch) -> None:
        self.counts[fault.kind] += 1
        if fault.kind == "duplicated":
            self._batches.extend((batch, Batch(batch.body, batch.size)))
        elif fault.kind == "late":
            self._rest(batch, fault.seconds)
        elif fault.kind == "reordered":
            self._release()
            self._held = batch
            self._around.timers.after(fault.seconds or OVERTAKEN_SECONDS, self._release)

    def _release(self) -> None:
        if self._held is not None:
            self._batches.append(self._held)
            self._held = None
            self._filled.set()

    def _rest(self, batch: Batch, seconds: float) -> None:
        self._resting += batch.size
        self._around.timers.after(seconds, self._wake, batch)

    def _wake(self, batch: Batch) -> None:
        self._resting -= batch.size
        self._batches.append(batch)
        self._filled.set()

    async def _post(self, batch: Batch) -> None:
        self._busy = batch.size
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._connections.send(*self._request(batch))
            problem = None if 200 <= answer.status < 300 else f"HTTP {answer.status}"
        except (NotConnected, OSError, TimeoutError) as error:
            problem = str(error) or f"no answer in {ANSWER_SECONDS:g} s"
        finally:
            self._busy = 0
        if problem is None:
            self.counts["answered"] += batch.size
        else:
            self._failed(batch, problem)

    def _failed(self, batch: Batch, problem: str) -> None:
        batch.attempts += 1
        self.counts["failed"] += 1
        detail = f"{problem} from {self._around.configuration.event_webhook}"
        self._around.alerts.add(WEBHOOK_FAILED, detail, f"{batch.size} events")
        if batch.attempts < MOST_ATTEMPTS:
            self._rest(batch, min(2.0 ** (batch.attempts - 1), LONGEST_PAUSE))

    def _request(self, batch: Batch) -> tuple[str, str, dict[str, str], bytes]:
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "SendGrid Event API",
            "X-Twilio-Email-Event-Webhook-Signature": event_signature(
                self._around.configuration.event_key, timestamp, batch.body
            ),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }
        return "POST", self._around.configuration.event_webhook, headers, batch.body


def _body(events: list[dict[str, Any]]) -> bytes:
    """A list, one event a line, with the line break at the end that SendGrid signs too."""
    return b"[" + b",\r\n".join(map(orjson.dumps, events)) + b"]\r\n"
