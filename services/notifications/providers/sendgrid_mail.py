"""SendGrid: sends e-mail, many alike in one request. https://www.twilio.com/docs/sendgrid/api-reference/mail-send

A request takes no idempotency key, and there is no list of what was taken; the event webhook tells. Nothing of a person
is put where SendGrid keeps it in clear for good: the one custom argument is the delivery's id.
"""

import html
import re
from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from typing import Any

import orjson
import urllib3
from sendgrid import SendGridAPIClient

from services.notifications.domain.wording import fields_in
from services.notifications.providers.ports import (
    Email,
    EmailTemplate,
    OutcomeUnknown,
    ProviderFails,
    Refused,
    TryLater,
)
from services.notifications.providers.sendgrid_transport import Answer, sendgrid_client
from shared.observability.providers import measured

MOST_AT_ONCE = 1000
# Who reads what, and when, is nobody's business. Unsubscribing is ours, with our own link and headers.
NO_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}
NEVER_CONNECTED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
_NOT_IN_A_NAME = re.compile(r"[;,<>\"@\\]")
_BAD_ADDRESS = re.compile(r"personalizations\.0\.to\b")


class SendGridMail:
    """The real one, or a server that speaks alike. The client is made when first needed, so after any fork."""

    def __init__(self, api_key: str, url: str, *, email_from: str, connections: int, timeout_seconds: float) -> None:
        self._account = (api_key, url)
        self._email_from = email_from
        self._connections = connections
        self._timeout_seconds = timeout_seconds

    def send(self, template: EmailTemplate, emails: Sequence[Email]) -> str:
        """Send up to 1000 alike; the `X-Message-Id`. Raises `TryLater`, `OutcomeUnknown` or `Refused`."""
        body = request_of(template, emails, self._email_from)
        with measured("sendgrid", "send"):
            try:
                answer = self._client.client.mail.send.post(request_body=body)
            except NEVER_CONNECTED as error:
                raise TryLater(f"no connection: {type(error).__name__}") from None
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise OutcomeUnknown(f"no answer: {type(error).__name__}") from None
            if answer.status_code != 202:
                raise _in_our_words(answer, is_alone=len(emails) == 1)
        return str(answer.headers.get("X-Message-Id", ""))

    @cached_property
    def _client(self) -> SendGridAPIClient:
        return sendgrid_client(*self._account, connections=self._connections, timeout_seconds=self._timeout_seconds)


def request_of(template: EmailTemplate, emails: Sequence[Email], email_from: str) -> dict[str, Any]:
    """The body of `POST /v3/mail/send`. The SDK's helper objects cost ten times this (docs/decisions/0009)."""
    known = {*(emails[0].fields if emails else ())}
    in_text = _tags(fields_in(template.subject + template.text) & known, "text")
    in_html = _tags(fields_in(template.html) & known, "html")
    bodies = {"text/plain": _tagged(template.text, in_text), "text/html": _tagged(template.html, in_html)}
    request = {
        "from": {"email": email_from, "name": _name(template.from_name)},
        "personalizations": [_personalization(email, in_text, in_html) for email in emails],
        "subject": _tagged(template.subject, in_text),
        "content": [{"type": kind, "value": body} for kind, body in bodies.items() if body],
        "tracking_settings": NO_TRACKING,
    }
    if template.reply_to:
        request["reply_to"] = {"email": template.reply_to, "name": _name(template.reply_to_name)}
    if template.category:
        request["categories"] = [template.category]
    return request


def _personalization(email: Email, in_text: Mapping[str, str], in_html: Mapping[str, str]) -> dict[str, Any]:
    to = {"email": email.to, "name": _name(email.to_name)} if email.to_name else {"email": email.to}
    personalization: dict[str, Any] = {"to": [to], "custom_args": {"delivery_id": email.delivery_id}}
    if email.headers:
        personalization["headers"] = email.headers
    if in_text or in_html:
        filled = {tag: email.fields[name] for name, tag in in_text.items()}
        filled |= {tag: html.escape(email.fields[name]) for name, tag in in_html.items()}
        personalization["substitutions"] = filled
    return personalization


def _tags(names: Set[str], kind: str) -> dict[str, str]:
    """The tag that SendGrid replaces for each field; in HTML it is another one, whose value is escaped."""
    # No name of a person can hold such a tag: it has no percent sign and no colon.
    return {name: f"%{kind}:{name}%" for name in sorted(names)}


def _tagged(words: str, tags: Mapping[str, str]) -> str:
    for name, tag in tags.items():
        words = words.replace(f"{{{name}}}", tag)
    return words


def _name(text: str) -> str:
    return _NOT_IN_A_NAME.sub("", text).strip()


def _in_our_words(answer: Answer, *, is_alone: bool) -> ProviderFails:
    status = answer.status_code
    if status >= 500:
        return OutcomeUnknown(f"HTTP {status}")
    if status not in (400, 413):
        return TryLater(f"HTTP {status}")
    is_bad_address = is_alone and any(_BAD_ADDRESS.match(field) for field in _fields_at_fault(answer))
    return Refused("invalid_address" if is_bad_address else f"http_{status}", suppresses=is_bad_address)


def _fields_at_fault(answer: Answer) -> list[str]:
    try:
        return [str(error.get("field") or "") for error in orjson.loads(answer.body)["errors"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
