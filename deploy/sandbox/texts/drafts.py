"""What a request to send a text must look like. Twilio's own order of complaints is kept where it is known.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource. Unknown parameters are ignored, as
Twilio ignores them.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from deploy.sandbox.configuration import Configuration
from deploy.sandbox.numbers import REFUSED_TEXTS, is_reachable, is_valid
from deploy.sandbox.twilio_errors import TwilioRefusal
from deploy.sandbox.web_addresses import is_web_address

Form = Mapping[str, Sequence[str]]
LONGEST_BODY = 1600
MOST_MEDIA = 10
LONGEST_VALIDITY = 36_000
SOONEST_SCHEDULED = 300
LATEST_SCHEDULED = 35 * 24 * 3600
SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that may be sent. `validity` is how many seconds it may wait; `send_at` is when, where it is scheduled."""

    to: str
    from_number: str
    body: str
    callback: str | None = None
    service_sid: str | None = None
    media: int = 0
    validity: int = LONGEST_VALIDITY
    send_at: float | None = None


def draft_of(form: Form, configuration: Configuration) -> Draft:
    """Read and check the form of a request. Raises `TwilioRefusal`."""
    service = _service(form, configuration)
    to, sender = _ends(form, service, configuration)
    body, media = _content(form, service)
    return Draft(
        to=to,
        from_number=sender,
        body=body,
        callback=_callback(form),
        service_sid=service,
        media=media,
        validity=_validity(form),
        send_at=_send_at(form, service),
    )


def first(form: Form, name: str) -> str:
    """A parameter's value; empty where it is missing."""
    values = form.get(name)
    return values[0] if values else ""


def _service(form: Form, configuration: Configuration) -> str | None:
    service = first(form, "MessagingServiceSid")
    if not service:
        return None
    if service != configuration.messaging_service_sid:
        raise TwilioRefusal(21701 if SERVICE_SID.fullmatch(service) else 21705, service)
    return service


def _ends(form: Form, service: str | None, configuration: Configuration) -> tuple[str, str]:
    to, sender = first(form, "To"), first(form, "From")
    if not to:
        raise TwilioRefusal(21604)
    if not sender and not service:
        raise TwilioRefusal(21603)
    if not is_valid(to):
        raise TwilioRefusal(21211, to)
    if sender and not is_valid(sender):
        raise TwilioRefusal(21212, sender)
    sender = sender or configuration.text_from
    if to == sender:
        raise TwilioRefusal(21266, to)
    if sender not in configuration.own_numbers:
        raise TwilioRefusal(21606, sender)
    if not is_reachable(to):
        raise TwilioRefusal(21408, to)
    if to[-4:] in REFUSED_TEXTS:
        raise TwilioRefusal(REFUSED_TEXTS[to[-4:]], to)
    return to, sender


def _content(form: Form, service: str | None) -> tuple[str, int]:
    body, media = first(form, "Body"), [url for url in form.get("MediaUrl", ()) if url]
    if not body and not media:
        raise TwilioRefusal(21619 if service else 21602)
    if len(body) > LONGEST_BODY:
        raise TwilioRefusal(21617)
    if len(media) > MOST_MEDIA:
        raise TwilioRefusal(21623)
    for url in media:
        if not is_web_address(url):
            raise TwilioRefusal(21620, url)
    return body, len(media)


def _callback(form: Form) -> str | None:
    url = first(form, "StatusCallback")
    if url and not is_web_address(url):
        raise TwilioRefusal(21609, url)
    return url or None


def _validity(form: Form) -> int:
    text = first(form, "ValidityPeriod")
    if not text:
        return LONGEST_VALIDITY
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_VALIDITY:
        raise TwilioRefusal(30400)
    return int(text)


def _send_at(form: Form, service: str | None) -> float | None:
    kind, text = first(form, "ScheduleType"), first(form, "SendAt")
    if not kind and not text:
        return None
    if not text:
        raise TwilioRefusal(35111)
    if not kind:
        raise TwilioRefusal(35112)
    if kind != "fixed":
        raise TwilioRefusal(35113)
    if service is None:
        raise TwilioRefusal(35118)
    return _schedulable(text)


def _schedulable(text: str) -> float:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise TwilioRefusal(35114) from None
    timestamp = at.replace(tzinfo=at.tzinfo or UTC).timestamp()
    if not SOONEST_SCHEDULED <= timestamp - time.time() <= LATEST_SCHEDULED:
        raise TwilioRefusal(35114)
    return timestamp
