"""Calls as the application places them, and the documents by which it carries one to an office and back."""

from collections.abc import Callable
from typing import Any

from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox
from tests.integration.sandbox.sdk import CALL_FROM, OFFICE, PHONE, twilio

CONFIRM = """<Response><Gather input="dtmf" numDigits="1" timeout="8" action="/confirmed">
<Say voice="Polly.Joanna" language="en-US">Hello. To be connected, press 1.</Say></Gather>
<Say>Goodbye.</Say><Hangup/></Response>"""
CONNECT = f"""<Response><Say>We are connecting you.</Say>
<Dial action="/returned" timeout="40" timeLimit="1800" hangupOnStar="true" callerId="{CALL_FROM}">
<Number sendDigits="ww204" statusCallback="/office" statusCallbackEvent="initiated ringing answered completed"
>{OFFICE}</Number></Dial></Response>"""
ASK = """<Response><Gather numDigits="1" action="/reported"><Say>What happened?</Say></Gather><Hangup/></Response>"""
THANK = "<Response><Say>Thank you.</Say><Hangup/></Response>"


def place(sandbox: Sandbox, application: Application, **more: Any) -> Any:
    """Place a call to the supporter's telephone that asks /answered and tells /status."""
    wanted = {
        "url": f"{application.url}/answered",
        "status_callback": f"{application.url}/status",
        "status_callback_event": ["initiated", "ringing", "answered", "completed"],
    }
    return twilio(sandbox).calls.create(to=PHONE, from_=CALL_FROM, **{**wanted, **more})


def statuses(application: Application, path: str = "/status") -> list[str]:
    """The statuses that a status callback was told."""
    return [request.form["CallStatus"] for request in application.at(path)]


def status_of(sandbox: Sandbox, call: Any) -> str:
    return str(getattr(twilio(sandbox).calls(call.sid).fetch(), "status", ""))


def ended(sandbox: Sandbox, call: Any) -> Callable[[], bool]:
    return lambda: status_of(sandbox, call) in ("completed", "busy", "no-answer", "failed", "canceled")
