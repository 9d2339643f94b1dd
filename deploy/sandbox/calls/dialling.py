"""`<Dial>`: rings one or more telephones, bridges the first that answers, and waits until one of the two has enough.

https://www.twilio.com/docs/voice/twiml/dial
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.calls.call import EVENTS, ProgressCallback
from deploy.sandbox.calls.drafts import Instruction
from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.twiml import Verb
from deploy.sandbox.numbers import is_reachable, readable
from deploy.sandbox.web_addresses import is_web_address

DEFAULT_TIMEOUT = 30
LONGEST_CALL = 14_400
MOST_NUMBERS = 10
WAIT_SECONDS = 0.5
CALLER_ID_IS_WRONG, NUMBER_IS_WRONG = 13214, 13224
# How much a status tells where several telephones were rung and none answered.
_TELLING = ("completed", "busy", "no-answer", "canceled", "failed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One telephone to ring from a call."""

    number: str
    caller_id: str
    callback: ProgressCallback | None = None
    send_digits: str = ""
    whisper: Instruction | None = None


# Makes the leg of one telephone; and lets a leg hear an instruction to its end.
Connect = Callable[[Leg, Wanted], Leg]
Hold = Callable[[Leg, Instruction], "asyncio.Task[None]"]


class Dialling:
    """One `<Dial>`."""

    def __init__(
        self, parent: Leg, verb: Verb, here: str, own: frozenset[str], alerts: Alerts, connect: Connect, hold: Hold
    ) -> None:
        self._parent = parent
        self._verb = verb
        self._alerts = alerts
        self._connect = connect
        self._hold = hold
        self._wanted = _wanted(parent, verb, here, own, alerts)
        self._children: list[Leg] = []
        self._bridged: Leg | None = None

    async def run(self) -> None:
        """Ring, bridge, and wait until it is over."""
        self._children = [self._connect(self._parent, wanted) for wanted in self._wanted]
        try:
            answered = await self._first_to_answer()
            if answered is not None:
                await self._bridge(answered)
        finally:
            for child in self._children:
                child.hang_up()
            self._parent.call.bridged_to = None

    def result(self) -> dict[str, str]:
        """What the action is told, however it ended."""
        statuses = [child.call.status for child in self._children] or ["failed"]
        best = self._bridged or next((child for child in self._children if child.call.answered), None)
        status = best.call.status if best else min(statuses, key=_TELLING.index)
        told = {"DialCallStatus": status, "DialBridged": str(self._bridged is not None).lower()}
        if best or self._children:
            told["DialCallSid"] = (best or self._children[-1]).call.sid
        if best:
            told["DialCallDuration"] = str(best.call.talked)
        return told

    async def _first_to_answer(self) -> Leg | None:
        timeout = self._verb.number("timeout", DEFAULT_TIMEOUT, self._alerts, self._parent.call.sid)
        rings = {asyncio.create_task(child.ring(timeout)) for child in self._children if not child.call.over}
        try:
            while rings:
                done, rings = await asyncio.wait(rings, return_when=asyncio.FIRST_COMPLETED)
                for ring in done:
                    ring.result()
                answered = next((one for one in self._children if one.call.status == "in-progress"), None)
                if answered is not None:
                    return answered
            return None
        finally:
            for ring in rings:
                ring.cancel()

    async def _bridge(self, child: Leg) -> None:
        for other in self._children:
            if other is not child:
                other.hang_up()
        await self._prepare(child, self._wanted[self._children.index(child)])
        if child.call.over:
            return
        self._bridged = child
        self._parent.speed = min(self._parent.speed, child.speed)
        self._parent.call.bridged_to, child.call.bridged_to = child.call.to, self._parent.call.phone
        for leg in (self._parent, child):
            leg.note("note", f"connected with {readable(leg.call.bridged_to or '')}")
            leg.behaviour.is_bridged(leg)
        await self._talk(child)

    async def _prepare(self, child: Leg, wanted: Wanted) -> None:
        """Dial the extension and whisper to whoever answered, before the two hear each other."""
        if wanted.send_digits:
            child.note("note", f"extension dialled: {wanted.send_digits}")
            await child.passes(WAIT_SECONDS * len(wanted.send_digits))
        if wanted.whisper is not None:
            await self._hold(child, wanted.whisper)

    async def _talk(self, child: Leg) -> None:
        limit = self._verb.number("timeLimit", LONGEST_CALL, self._alerts, self._parent.call.sid)
        ended = asyncio.create_task(child.ended.wait())
        star = asyncio.create_task(self._star(child))
        try:
            await asyncio.wait({ended, star}, timeout=limit / child.speed, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            star.cancel()

    async def _star(self, child: Leg) -> None:
        """Wait for the caller's star, where it hangs up the other; other keys are heard by the other."""
        hangs_up = self._verb.get("hangupOnStar", "false").lower() == "true"
        while True:
            key = await self._parent.key()
            if key == "*" and hangs_up:
                return
            child.note("note", f"hears the key {key}")


def _wanted(parent: Leg, verb: Verb, here: str, own: frozenset[str], alerts: Alerts) -> list[Wanted]:
    """The telephones to ring; what cannot be is left out and noted."""
    call = parent.call
    caller_id = verb.get("callerId") or call.from_number
    if caller_id not in own | {call.to, call.from_number}:
        alerts.add(CALLER_ID_IS_WRONG, f"callerId {caller_id} is neither ours nor of this call", call.sid)
        return []
    nouns = verb.nested[:MOST_NUMBERS] or ((Verb("Number", {}, verb.text),) if verb.text else ())
    found = []
    for noun in nouns:
        if is_reachable(noun.text):
            found.append(_one(noun, caller_id, here))
        else:
            alerts.add(NUMBER_IS_WRONG, f"<Number>{noun.text}</Number>", call.sid)
    return found


def _one(noun: Verb, caller_id: str, here: str) -> Wanted:
    url = urljoin(here, noun.get("statusCallback")) if noun.get("statusCallback") else ""
    events = frozenset(noun.get("statusCallbackEvent", "completed").split()) & frozenset(EVENTS)
    callback = ProgressCallback(url, noun.get("statusCallbackMethod", "POST"), events) if is_web_address(url) else None
    whisper = Instruction(urljoin(here, noun.get("url")), noun.get("method", "POST")) if noun.get("url") else None
    return Wanted(noun.text, caller_id, callback, noun.get("sendDigits"), whisper)
