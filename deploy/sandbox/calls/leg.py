"""One telephone in a call: it rings, hears, presses keys, hangs up. Scripts and people act on it alike."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from deploy.sandbox.calls.call import Call

# How long words take to say, in characters a second.
SPOKEN_A_SECOND = 15.0


class Behaviour(Protocol):
    """Who is at the telephone."""

    def rings(self, leg: "Leg") -> None:
        """It rings."""

    def is_asked(self, leg: "Leg") -> None:
        """Keys are wanted."""

    def is_bridged(self, leg: "Leg") -> None:
        """Someone else is on the line now."""


class Leg:
    """One telephone in a call, as long as the call lasts. `speed` divides every delay."""

    def __init__(self, call: Call, behaviour: Behaviour, speed: float, changed: Callable[["Leg", str], None]) -> None:
        self.call = call
        self.behaviour = behaviour
        self.speed = speed
        self.ringing = False
        self.asking = False
        self.ended = asyncio.Event()
        self._changed = changed
        self._picked = asyncio.Event()
        self._pressed: list[str] = []
        self._key = asyncio.Event()
        self._answered_at = 0.0

    # What happens to it

    async def ring(self, timeout: float) -> None:
        """Ring until it is answered, declined or hung up, or for so many seconds: it is then not answered."""
        self.ringing = True
        self._becomes("ringing")
        self.behaviour.rings(self)
        try:
            await asyncio.wait_for(self._picked.wait(), timeout / self.speed)
        except TimeoutError:
            self.end("no-answer")

    async def passes(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds / self.speed)

    async def hears(self, text: str, language: str = "") -> None:
        """Say something to it."""
        self.note("said", text, language)
        await self.passes(len(text) / SPOKEN_A_SECOND)

    def asks(self) -> None:
        """Want keys: those pressed before do not count."""
        self._pressed.clear()
        self._key.clear()
        self.asking = True
        self.behaviour.is_asked(self)

    async def key(self, timeout: float | None = None) -> str | None:
        """The next key that is pressed within so many seconds."""
        if not self._pressed:
            try:
                await asyncio.wait_for(self._key.wait(), None if timeout is None else timeout / self.speed)
            except TimeoutError:
                return None
        key = self._pressed.pop(0)
        if not self._pressed:
            self._key.clear()
        return key

    def note(self, kind: str, text: str, language: str = "") -> None:
        """Write down what happened, and show it."""
        self.call.note(kind, text, language)
        self._changed(self, "")

    # What whoever is at the telephone does

    def answer(self) -> None:
        """Answer, if it rings."""
        if self.ringing and not self.call.over:
            self.ringing = False
            self._answered_at = time.monotonic()
            self.call.answered = time.time()
            self._becomes("in-progress")
            self._picked.set()

    def decline(self, status: str = "busy") -> None:
        """Do not answer, and let the caller know."""
        if self.ringing:
            self.end(status)

    def press(self, keys: str) -> None:
        """Press keys."""
        if self.call.status == "in-progress":
            self.note("pressed", keys)
            self._pressed.extend(keys)
            self._key.set()

    def hang_up(self) -> None:
        """Hang up, or stop the ringing."""
        self.end("completed" if self.call.answered is not None else "canceled")

    def end(self, status: str) -> None:
        """The leg is over."""
        if self.call.over:
            return
        self.ringing = self.asking = False
        self.call.ended = time.time()
        if self.call.answered is not None:
            self.call.talked = round((time.monotonic() - self._answered_at) * self.speed)
        self._becomes(status)
        self._picked.set()
        self.ended.set()

    def _becomes(self, status: str) -> None:
        self._changed(self, status)
