"""E-mails: one record for each person one goes to, and how a request becomes them."""

import base64
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.kept import Kept

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True, eq=False)
class Email:
    """One e-mail to one person. `message_id` is SendGrid's for this recipient; `arguments` are the custom arguments."""

    message_id: str
    to: str
    to_name: str
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    arguments: Mapping[str, str]
    categories: tuple[str, ...]
    group: int | None
    bypass: bool
    also_to: str = ""
    attachments: tuple[Attachment, ...] = ()
    status: str = "queued"
    created: float = field(default_factory=time.time)
    position: int = -1

    @property
    def arrived(self) -> bool:
        """Whether it is in the inbox."""
        return self.status in ("delivered", "spamreport")

    def as_data(self, *, whole: bool = False) -> dict[str, Any]:
        """The record as the control API shows it; with its content and headers where it is to be whole."""
        shown = {
            "id": self.position,
            "position": self.position,
            "message_id": self.message_id,
            "to": self.to,
            "from": self.sender,
            "reply_to": self.reply_to,
            "subject": self.subject,
            "status": self.status,
            "created": self.created,
            "custom_args": dict(self.arguments),
            "categories": list(self.categories),
        }
        if whole:
            files = [{"filename": one.filename, "type": one.content_type} for one in self.attachments]
            shown |= {"text": self.text, "html": self.html, "headers": dict(self.headers), "attachments": files}
        return shown


class Emails(Kept[Email]):
    """The latest `KEPT` e-mails in full, by their inboxes, and every one in the counts."""

    def __init__(self, kept: int = KEPT) -> None:
        super().__init__(kept)
        self._said: set[int] = set()
        self.counts: Counter[str] = Counter()
        # E-mails with the same words, from the same person, to someone who was sent them before.
        self.duplicates = 0

    def id_of(self, one: Email) -> int:
        """Its number."""
        return one.position

    def owner_of(self, one: Email) -> str:
        """The address, in the one form in which inboxes are asked for."""
        return one.to.lower()

    def add(self, one: Email) -> None:
        """Keep an e-mail."""
        self.counts[one.status] += 1
        self._compare(one)
        super().add(one)

    def _compare(self, email: Email) -> None:
        words = hash((email.to.lower(), email.reply_to, email.subject, email.text, email.html))
        self.duplicates += words in self._said
        self._said.add(words)

    def becomes(self, email: Email, status: str) -> None:
        """Note what has become of an e-mail."""
        self.counts[email.status] -= 1
        self.counts[status] += 1
        email.status = status

    def of(self, owner: str) -> list[Email]:
        """Everything sent to an address, oldest first."""
        return super().of(owner.lower())

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self._said.clear()
        self.counts.clear()
        self.duplicates = 0


def emails_in(mail: Mapping[str, Any], message_id: str) -> Iterator[Email]:
    """The e-mails that a request asks for, one a recipient, with what each personalization substitutes."""
    shared = _shared(mail)
    recipient = 0
    for one in mail["personalizations"]:
        substitutions = one.get("substitutions", {})
        personal = _personal(mail, one, substitutions)
        visible = [person["email"] for kind in ("to", "cc") for person in one.get(kind, ())]
        for person in (person for kind in ("to", "cc", "bcc") for person in one.get(kind, ())):
            yield Email(
                message_id=f"{message_id}.recvd-{recipient:04d}.0",
                to=person["email"],
                to_name=person.get("name") or "",
                also_to=", ".join(address for address in visible if address != person["email"]),
                **shared,
                **personal,
            )
            recipient += 1


def _shared(mail: Mapping[str, Any]) -> dict[str, Any]:
    answers = [mail["reply_to"]] if "reply_to" in mail else mail.get("reply_to_list", [])
    settings = mail.get("mail_settings", {})
    return {
        "reply_to": ", ".join(one["email"] for one in answers),
        "categories": tuple(mail.get("categories", ())),
        "group": mail["asm"]["group_id"] if "asm" in mail else None,
        "bypass": bool((settings.get("bypass_list_management") or {}).get("enable")),
        "attachments": tuple(
            Attachment(one["filename"], one.get("type", "application/octet-stream"), base64.b64decode(one["content"]))
            for one in mail.get("attachments", ())
        ),
    }


def _personal(mail: Mapping[str, Any], one: Mapping[str, Any], substitutions: Mapping[str, str]) -> dict[str, Any]:
    parts = {part["type"]: part["value"] for part in mail["content"]}
    headers = {**mail.get("headers", {}), **one.get("headers", {})}
    sender = one.get("from") or mail["from"]
    return {
        "sender": sender["email"],
        "sender_name": sender.get("name") or "",
        "subject": substituted(one.get("subject") or mail["subject"], substitutions),
        "text": substituted(parts.get("text/plain", ""), substitutions),
        "html": substituted(parts.get("text/html", ""), substitutions),
        "headers": {name: substituted(value, substitutions) for name, value in headers.items()},
        "arguments": {**mail.get("custom_args", {}), **one.get("custom_args", {})},
    }


def substituted(text: str, substitutions: Mapping[str, str]) -> str:
    """A text with every substitution's key replaced by its value."""
    for name, value in substitutions.items():
        text = text.replace(name, value)
    return text
