"""What a request to place a call must look like.

https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource. Unknown parameters are ignored, as Twilio
ignores them; so are those about recording and answering machines, which the sandbox does not play.
"""

import re
from dataclasses import dataclass

from deploy.sandbox.calls.call import EVENTS, ProgressCallback
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.numbers import REFUSED_CALLS, is_reachable, is_valid
from deploy.sandbox.texts.drafts import Form, first
from deploy.sandbox.twilio_errors import TwilioRefusal
from deploy.sandbox.web_addresses import is_web_address

LONGEST_TWIML = 4000
DEFAULT_TIMEOUT = 60
LONGEST_TIMEOUT = 600
LONGEST_CALL = 14_400
SEND_DIGITS = re.compile(r"[0-9#*wW]{1,32}")


@dataclass(frozen=True, slots=True)
class Instruction:
    """What an answered call does: TwiML that was given, or an address to ask, and one to ask after an error."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call that may be placed. Times are in seconds."""

    to: str
    from_number: str
    instruction: Instruction
    callback: ProgressCallback | None = None
    timeout: int = DEFAULT_TIMEOUT
    time_limit: int = LONGEST_CALL
    send_digits: str = ""


def call_draft_of(form: Form, configuration: Configuration) -> CallDraft:
    """Read and check the form of a request. Raises `TwilioRefusal`."""
    to, sender = _ends(form, configuration)
    return CallDraft(
        to=to,
        from_number=sender,
        instruction=instruction_of(form),
        callback=_callback(form),
        timeout=_seconds(form, "Timeout", DEFAULT_TIMEOUT, LONGEST_TIMEOUT, 21208),
        time_limit=_seconds(form, "TimeLimit", LONGEST_CALL, LONGEST_CALL, 20001),
        send_digits=_send_digits(form),
    )


def instruction_of(form: Form) -> Instruction:
    """Read what a call is to do. Raises `TwilioRefusal`."""
    url, twiml = first(form, "Url"), first(form, "Twiml")
    if first(form, "ApplicationSid"):
        raise TwilioRefusal(21218, first(form, "ApplicationSid"))
    if not twiml and not is_web_address(url):
        raise TwilioRefusal(21205, url)
    if url and not is_web_address(url):
        raise TwilioRefusal(21205, url)
    if len(twiml) > LONGEST_TWIML:
        raise TwilioRefusal(20001, "Twiml")
    fallback = first(form, "FallbackUrl")
    if fallback and not is_web_address(fallback):
        raise TwilioRefusal(21205, fallback)
    return Instruction(url, _method(form, "Method"), "" if url else twiml, fallback, _method(form, "FallbackMethod"))


def _ends(form: Form, configuration: Configuration) -> tuple[str, str]:
    to, sender = first(form, "To"), first(form, "From")
    if not to:
        raise TwilioRefusal(21201)
    if not sender:
        raise TwilioRefusal(21213)
    if not is_valid(to):
        raise TwilioRefusal(21211, to)
    if not is_valid(sender):
        raise TwilioRefusal(21212, sender)
    if to == sender:
        raise TwilioRefusal(21266, to)
    if sender not in configuration.own_numbers:
        raise TwilioRefusal(21210, sender)
    if not is_reachable(to):
        raise TwilioRefusal(21215, to)
    if to[-4:] in REFUSED_CALLS:
        raise TwilioRefusal(REFUSED_CALLS[to[-4:]], to)
    return to, sender


def _callback(form: Form) -> ProgressCallback | None:
    url, events = first(form, "StatusCallback"), [event for event in form.get("StatusCallbackEvent", ()) if event]
    for event in events:
        if event not in EVENTS:
            raise TwilioRefusal(21626, event)
    if url and not is_web_address(url):
        raise TwilioRefusal(21609, url)
    wanted = frozenset(events or ("completed",))
    return ProgressCallback(url, _method(form, "StatusCallbackMethod"), wanted) if url else None


def _method(form: Form, name: str) -> str:
    method = first(form, name).upper() or "POST"
    if method not in ("GET", "POST"):
        raise TwilioRefusal(20001, name)
    return method


def _seconds(form: Form, name: str, default: int, most: int, code: int) -> int:
    text = first(form, name)
    if not text:
        return default
    if not text.isdecimal() or int(text) > most:
        raise TwilioRefusal(code, text)
    return int(text)


def _send_digits(form: Form) -> str:
    digits = first(form, "SendDigits")
    if digits and not SEND_DIGITS.fullmatch(digits):
        raise TwilioRefusal(20001, "SendDigits")
    return digits
