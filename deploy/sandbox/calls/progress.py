"""What Twilio tells of a call: the fields of every request about it, and the status callbacks.

https://www.twilio.com/docs/voice/twiml#request-parameters and
https://www.twilio.com/docs/voice/api/call-resource#statuscallback
"""

import math
import time

from deploy.sandbox.callbacks import Callback, Callbacks
from deploy.sandbox.calls.call import Call
from deploy.sandbox.dates import written
from deploy.sandbox.numbers import place_of

API_VERSION = "2010-04-01"
EVENT_OF = {"ringing": "ringing", "in-progress": "answered"}
SIP_CODES = {"busy": "486", "no-answer": "487", "canceled": "487", "failed": "404", "completed": "200"}
# What Twilio's console notes where a status callback is not answered with success.
CALLBACK_WARNING = 15003


def form_about(call: Call, account_sid: str, status: str | None = None) -> dict[str, str]:
    """The fields of every request about a call."""
    form = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": status or call.status,
        "Called": call.to,
        "Caller": call.from_number,
        "Direction": call.direction,
        "From": call.from_number,
        "To": call.to,
    }
    if call.parent_sid:
        form["ParentCallSid"] = call.parent_sid
    for end, number in (("Caller", call.from_number), ("From", call.from_number), ("Called", call.to), ("To", call.to)):
        for name, value in place_of(number[2:5]).items():
            form[end + name] = value
    return form


def tell_progress(call: Call, event: str, account_sid: str, callbacks: Callbacks) -> None:
    """Post a status callback, if the call was placed with one for this event."""
    if call.callback is None or event not in call.callback.events:
        return
    form = form_about(call, account_sid, "initiated" if event == "initiated" else None)
    form |= {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.sequence),
        "Timestamp": written(time.time()) or "",
    }
    if event == "completed":
        form |= {
            "CallDuration": str(call.talked),
            "Duration": str(math.ceil(call.talked / 60)),
            "SipResponseCode": SIP_CODES[call.status],
        }
    call.sequence += 1
    callbacks.post(Callback(call.sid, call.callback.url, form, call.callback.method, CALLBACK_WARNING))
