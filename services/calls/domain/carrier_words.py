"""What the carrier's words and the supporter's key presses mean.

Twilio's call statuses: https://www.twilio.com/docs/voice/api/call-resource#call-status-values; of a `<Dial>`:
https://www.twilio.com/docs/voice/twiml/dial#dialcallstatus-values.
"""

from services.calls.domain.call import NOT_ANSWERED, Fact
from services.calls.domain.facts import Answered, HungUp, Rang

OFFICE_OUTCOMES = {
    "completed": "completed",
    "answered": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "cancelled",
}
CONFIRM_KEY = "1"
REPORT_KEYS = {"1": "talked", "2": "left_message", "3": "mailbox_full", "4": "refused", "5": "could_not_get_through"}


def fact_of(call_status: str) -> Fact | None:
    """What a status of the supporter's leg tells; None for one that tells nothing new, such as `queued`."""
    if call_status in ("completed", *NOT_ANSWERED):
        return HungUp(call_status)
    if call_status == "ringing":
        return Rang()
    return Answered() if call_status == "in-progress" else None


def office_outcome(dial_call_status: str) -> str:
    """What became of the leg to the office; a word that Twilio may add one day counts as failed."""
    return OFFICE_OUTCOMES.get(dial_call_status, "failed")
