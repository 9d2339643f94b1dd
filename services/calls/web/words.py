"""The words of the board and of the pages for what the code has names for."""

import phonenumbers
from flask_babel import lazy_gettext as later

STAGES = {
    "waiting": later("waiting"),
    "ringing": later("ringing"),
    "talking": later("on the telephone"),
    "done": later("calls done"),
}
SEEN_BY_CARRIER = {
    "completed": later("answered"),
    "busy": later("busy"),
    "no_answer": later("no answer"),
    "failed": later("failed"),
    "cancelled": later("hung up before"),
    "not_connected": later("not connected"),
}
SAID_BY_SUPPORTER = {
    "talked": later("talked to someone"),
    "left_message": later("left a message"),
    "mailbox_full": later("mailbox was full"),
    "refused": later("was refused"),
    "could_not_get_through": later("could not get through"),
}
ENDINGS = {
    "not_answered": later("the supporter did not answer"),
    "not_confirmed": later("the supporter did not press 1"),
    "riding_unknown": later("the riding is not known"),
    "several_ridings": later("the postal code spans several ridings"),
    "seat_is_vacant": later("the seat is vacant"),
    "office_has_no_telephone": later("the office has no telephone"),
    "campaign_is_closed": later("the call campaign was not open"),
    "no_telephone": later("the supporter gave no telephone number"),
    "called_often": later("the telephone was rung often enough for a day"),
    "expired": later("waited too long"),
    "withdrawn": later("the supporter no longer wants calls"),
    "erased": later("the supporter was erased"),
    "refused_by_carrier": later("the number cannot be called"),
}
STATES = {"draft": later("draft"), "live": later("live"), "ended": later("has ended")}
TIME_ZONES = {
    "America/St_Johns": later("Newfoundland"),
    "America/Halifax": later("Atlantic"),
    "America/Toronto": later("Eastern"),
    "America/Winnipeg": later("Central"),
    "America/Edmonton": later("Mountain"),
    "America/Vancouver": later("Pacific"),
}
OFFICE_KINDS = {"constituency": later("in the riding"), "legislature": later("in Ottawa")}


def telephone(number: str) -> str:
    """An E.164 number as people write it: those of Canada without the country's code."""
    parsed = phonenumbers.parse(number)
    is_near = parsed.country_code == 1
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_near else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
