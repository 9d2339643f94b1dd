"""Whether a webhook really comes from the vendor. Whatever is missing, malformed or wrong is a 403, never a 500."""

import binascii
import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from flask import request
from sendgrid.helpers.eventwebhook import EventWebhook, EventWebhookHeader
from twilio.request_validator import RequestValidator

from shared.web.lanes import Asked
from shared.web.problems import Problem

SENDGRID_MAX_AGE = timedelta(minutes=10)
_CLOCKS_DIFFER = timedelta(minutes=5)
# Twilio's have 34 letters and digits.
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def verified_twilio_form(auth_token: str, public_url: str) -> dict[str, str]:
    """The form that Twilio posted to the current address. Raises `Problem` 403 where Twilio did not sign it.

    The signature covers the address as Twilio knows it, so the public one, with its query.
    """
    signature = request.headers.get("X-Twilio-Signature", "")
    if not _twilio(auth_token).validate(public_url + _raw_path(), request.form, signature):
        raise _not_signed()
    return request.form.to_dict()


def signed_by_twilio(auth_token: str, address: str, asked: Asked) -> dict[str, str] | None:
    """The form that Twilio posted to a lane beside an address; None where only the view can tell whether it did."""
    try:
        sent = parse_qsl(asked.body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        return None
    form, signature = dict(sent), asked.headers.get(b"x-twilio-signature", b"").decode("latin-1")
    is_signed = len(form) == len(sent) and _twilio(auth_token).validate(address, form, signature)
    return form if is_signed else None


def id_in(form: dict[str, str], name: str) -> str:
    """The vendor's id of what a form is about. Raises `Problem` 400 where it is missing, or is none of the vendor's."""
    id_ = form.get(name, "")
    if not _ID.fullmatch(id_):
        raise Problem(400, "No such id", "What this is about is missing, or cannot be an id.", {name: ["Not an id."]})
    return id_


def verified_sendgrid_events(
    public_key: str, now: datetime, *, max_age: timedelta = SENDGRID_MAX_AGE
) -> list[dict[str, Any]]:
    """The events that SendGrid posted. Raises `Problem` 403 where SendGrid did not sign them within `max_age`.

    Raises `Problem` 400 where what it signed is not a list of events.
    """
    signature = request.headers.get(EventWebhookHeader.SIGNATURE, "")
    timestamp = request.headers.get(EventWebhookHeader.TIMESTAMP, "")
    if not _is_recent(timestamp, now, max_age) or not _is_signed(public_key, signature, timestamp):
        raise _not_signed()
    try:
        events = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        events = None
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise Problem(400, "Not events", "The body is not a JSON list of events.")
    return events


def _raw_path() -> str:
    """The path and query as they were sent, not as they were decoded."""
    raw: str = request.environ.get("RAW_URI") or request.full_path.rstrip("?")
    return raw if raw.startswith("/") else request.full_path.rstrip("?")


def _is_recent(timestamp: str, now: datetime, max_age: timedelta) -> bool:
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    age = now.timestamp() - int(timestamp)
    return -_CLOCKS_DIFFER.total_seconds() <= age <= max_age.total_seconds()


def _is_signed(public_key: str, signature: str, timestamp: str) -> bool:
    payload = request.get_data().decode("utf-8", "replace")
    try:
        return bool(_sendgrid(public_key).verify_signature(payload, signature, timestamp))
    except (ValueError, TypeError, binascii.Error):
        return False


@lru_cache
def _twilio(auth_token: str) -> RequestValidator:
    return RequestValidator(auth_token)


@lru_cache
def _sendgrid(public_key: str) -> EventWebhook:
    return EventWebhook(public_key)


def _not_signed() -> Problem:
    return Problem(403, "Not signed", "The signature of this webhook is missing, too old or wrong.")
