"""What a telephone hears: `<Say>`, `<Play>` and `<Pause>`."""

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.twiml import Verb

# Recordings are not fetched; each is taken to last so long.
RECORDING_SECONDS = 5.0
KEY_SECONDS = 0.5
# What `loop="0"` means at Twilio.
ENDLESS_LOOPS = 1000


async def prompt(leg: Leg, verb: Verb, alerts: Alerts) -> None:
    """Let a telephone hear one verb."""
    if verb.name == "Pause":
        await leg.passes(verb.number("length", 1, alerts, leg.call.sid))
        return
    loops = int(verb.number("loop", 1, alerts, leg.call.sid)) or ENDLESS_LOOPS
    for _ in range(loops):
        if verb.name == "Say":
            await leg.hears(verb.text, verb.get("language"))
        elif verb.get("digits"):
            leg.note("played", f"keys {verb.get('digits')}")
            await leg.passes(KEY_SECONDS * len(verb.get("digits")))
        else:
            leg.note("played", verb.text)
            await leg.passes(RECORDING_SECONDS)
