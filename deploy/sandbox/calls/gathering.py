"""`<Gather>`: prompts that a key press ends, then keys until there are enough, one finishes, or none comes in time.

Speech is not understood: a `<Gather input="speech">` waits and hears nothing.
https://www.twilio.com/docs/voice/twiml/gather
"""

import asyncio

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.prompting import prompt
from deploy.sandbox.calls.twiml import Verb

DEFAULT_TIMEOUT = 5
TIMEOUT_IS_WRONG = 13313


async def gather(leg: Leg, verb: Verb, alerts: Alerts) -> dict[str, str] | None:
    """What the action is told; None where nothing was pressed, so that the verbs after it go on."""
    timeout = verb.number("timeout", DEFAULT_TIMEOUT, alerts, leg.call.sid, TIMEOUT_IS_WRONG)
    takes_keys = "dtmf" in verb.get("input", "dtmf").split()
    leg.asks()
    try:
        first = await _during_prompts(leg, verb, alerts)
        if not takes_keys:
            await leg.passes(timeout)
            first = None
        digits, finish = await _digits(leg, verb, first, timeout, alerts) if takes_keys else ("", "")
    finally:
        leg.asking = False
    if not digits and verb.get("actionOnEmptyResult", "false").lower() != "true":
        return None
    return {"Digits": digits, "FinishedOnKey": finish, "msg": "Gather End"}


async def _during_prompts(leg: Leg, verb: Verb, alerts: Alerts) -> str | None:
    """Let the nested prompts be heard until they end, or until the first key, which is returned."""
    prompts = asyncio.create_task(_prompts(leg, verb, alerts))
    key = asyncio.create_task(leg.key())
    try:
        await asyncio.wait({prompts, key}, return_when=asyncio.FIRST_COMPLETED)
        if prompts.done():
            prompts.result()
        return key.result() if key.done() else None
    finally:
        for task in (prompts, key):
            task.cancel()


async def _prompts(leg: Leg, verb: Verb, alerts: Alerts) -> None:
    for nested in verb.nested:
        await prompt(leg, nested, alerts)


async def _digits(leg: Leg, verb: Verb, first: str | None, timeout: float, alerts: Alerts) -> tuple[str, str]:
    """The keys, and the one that finished them; the time to wait starts anew with each."""
    finish = verb.get("finishOnKey", "#")
    most = verb.number("numDigits", float("inf"), alerts, leg.call.sid) or float("inf")
    digits, key = "", first or await leg.key(timeout)
    while key is not None:
        if key == finish:
            return digits, key
        digits += key
        if len(digits) >= most:
            break
        key = await leg.key(timeout)
    return digits, ""
