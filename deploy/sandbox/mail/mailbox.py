"""The life of an e-mail: taken, delivered or not, and what its reader does with it, each told by an event.

What becomes of it shows in the address: a local part that is, or begins with and a sign, one of `FATES`.
"""

import base64
import os
import re
import time
from collections.abc import Mapping
from typing import Any

from deploy.sandbox.identifiers import message_id
from deploy.sandbox.mail.emails import Email, Emails, emails_in
from deploy.sandbox.mail.events import EventWebhook
from deploy.sandbox.surroundings import Surroundings

FATES: Mapping[str, tuple[str, dict[str, str]]] = {
    "bounce": (
        "bounce",
        {
            "type": "bounce",
            "reason": "550 5.1.1 The mailbox does not exist",
            "status": "5.1.1",
            "bounce_classification": "Invalid Address",
        },
    ),
    "blocked": (
        "bounce",
        {
            "type": "blocked",
            "reason": "550 5.7.1 Refused by policy",
            "status": "5.7.1",
            "bounce_classification": "Reputation",
        },
    ),
    "invalid": ("dropped", {"reason": "Invalid"}),
    "deferred": ("deferred", {"attempt": "1", "response": "451 4.7.1 Try again later"}),
}
_FATE = re.compile(rf"({'|'.join(FATES)})(?:[+.\-_]|$)")
# Why SendGrid drops what is sent to an address that did this before.
SUPPRESSED_BECAUSE = {
    "bounce": "Bounced Address",
    "spamreport": "Spam Reporting Address",
    "unsubscribe": "Unsubscribed Address",
    "group_unsubscribe": "Unsubscribed Address",
}
DEFERRED_SECONDS = 5.0


class Mailbox:
    """Every inbox, and the events about them."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.emails = Emails()
        self.events = EventWebhook(around)
        self.suppressed: dict[str, str] = {}

    def take(self, mail: Mapping[str, Any]) -> str:
        """Take a checked request; returns its X-Message-Id."""
        id_ = message_id()
        for email in emails_in(mail, id_):
            self.emails.add(email)
            self._accept(email)
        return id_

    def _accept(self, email: Email) -> None:
        reason = None if email.bypass else self.suppressed.get(email.to.lower())
        if reason is not None:
            self._become(email, "dropped", {"reason": reason})
            return
        fate, details = fate_of(email.to)
        if fate == "dropped":
            self._become(email, fate, details)
            return
        self._become(email, "processed")
        self._around.timers.after(self._around.pace.delivery_seconds, self._meet, email, fate, details)

    def _meet(self, email: Email, fate: str, details: dict[str, str]) -> None:
        self._become(email, fate, details)
        if fate == "deferred":
            self._around.timers.after(DEFERRED_SECONDS, self._meet, email, *DELIVERED)
        if fate == "bounce" and details["type"] == "bounce":
            self.suppressed[email.to.lower()] = SUPPRESSED_BECAUSE["bounce"]

    def read(self, email: Email, event: str) -> None:
        """Its reader reports it as spam or unsubscribes at SendGrid: `spamreport` or `unsubscribe`."""
        if event == "unsubscribe" and email.group is not None:
            event = "group_unsubscribe"
        self.suppressed[email.to.lower()] = SUPPRESSED_BECAUSE[event]
        details = {"asm_group_id": email.group} if email.group is not None else {}
        self._tell(email, event, details)
        if event == "spamreport":
            self.emails.becomes(email, event)

    def _become(self, email: Email, status: str, details: Mapping[str, Any] | None = None) -> None:
        self.emails.becomes(email, status)
        self._tell(email, status, details or {})
        if status == "delivered":
            self._around.live.changed("inboxes", f"inbox:{email.to.lower()}")

    def _tell(self, email: Email, event: str, details: Mapping[str, Any]) -> None:
        """Post an event; custom arguments are flattened into it, and never replace what SendGrid says."""
        told: dict[str, Any] = dict(email.arguments)
        told |= {
            "email": email.to,
            "timestamp": int(time.time()),
            "smtp-id": f"<{email.message_id.partition('.')[0]}@sandbox.example.org>",
            "event": event,
            "sg_event_id": base64.urlsafe_b64encode(os.urandom(24)).decode(),
            "sg_message_id": email.message_id,
        }
        if email.categories:
            told["category"] = list(email.categories)
        if email.group is not None:
            told["asm_group_id"] = email.group
        self.events.add({**told, **details})

    def clear(self) -> None:
        """Forget every e-mail, event and suppression."""
        self.emails.clear()
        self.events.clear()
        self.suppressed.clear()


DELIVERED: tuple[str, dict[str, str]] = ("delivered", {"response": "250 2.0.0 OK"})


def fate_of(address: str) -> tuple[str, dict[str, str]]:
    """What becomes of an e-mail to this address, and what its event says of it."""
    match = _FATE.match(address.lower().partition("@")[0])
    return FATES[match[1]] if match else DELIVERED
