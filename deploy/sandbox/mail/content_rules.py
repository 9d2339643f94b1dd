"""How SendGrid takes what is said: subject, content and attachments."""

import base64
import binascii
from typing import Any

from deploy.sandbox.mail.complaints import Complaints

PLAIN, HTML = "text/plain", "text/html"
ATTACHMENT = frozenset(("content", "type", "filename", "disposition", "content_id"))


def check_subject(personalization: dict[str, Any], mail: dict[str, Any], field: str, complaints: Complaints) -> None:
    """Complain where a personalization has no subject, of its own or of the whole request."""
    holder, name = (personalization, f"{field}.subject") if "subject" in personalization else (mail, "subject")
    subject = holder.get("subject")
    if not isinstance(subject, str) or not subject:
        complaints.add(
            name,
            "The subject is required. You can get around this requirement if you use a template with a subject defined "
            "or if every personalization has a subject defined.",
        )
    elif any(sign in subject for sign in "\r\n"):
        complaints.add(name, "The subject must not contain line breaks.")


def check_content(mail: dict[str, Any], complaints: Complaints) -> None:
    """Complain about content that is missing, empty, or not plain text first and HTML second."""
    content = mail.get("content")
    if not content:
        complaints.add("content", "Unless a valid template_id is provided, the content parameter is required.")
        return
    if not complaints.a_list(content, "content"):
        return
    types = [_part_type(part, f"content.{index}", complaints) for index, part in enumerate(content)]
    if PLAIN in types[1:]:
        complaints.add("content", "If present, text/plain must be the first content type provided.")
    elif HTML in types and types.index(HTML) > types[:1].count(PLAIN):
        complaints.add("content", "If present, text/html must be the first content type, or follow text/plain.")


def _part_type(part: Any, field: str, complaints: Complaints) -> str:
    if not complaints.an_object(part, field, frozenset(("type", "value"))):
        return ""
    complaints.some_text(part.get("value"), f"{field}.value")
    kind = part.get("type")
    if not complaints.some_text(kind, f"{field}.type"):
        return ""
    if any(sign in kind for sign in ";\r\n"):
        complaints.add(f"{field}.type", "The content type must not contain a semicolon or a line break.")
    return str(kind)


def check_attachments(mail: dict[str, Any], complaints: Complaints) -> None:
    """Complain about attachments that are not base64 or have no name."""
    if "attachments" not in mail or not complaints.a_list(mail["attachments"], "attachments"):
        return
    for index, one in enumerate(mail["attachments"]):
        _check_attachment(one, f"attachments.{index}", complaints)


def _check_attachment(one: Any, field: str, complaints: Complaints) -> None:
    if not complaints.an_object(one, field, ATTACHMENT):
        return
    complaints.some_text(one.get("filename"), f"{field}.filename")
    if one.get("disposition", "attachment") not in ("attachment", "inline"):
        complaints.add(f"{field}.disposition", "The disposition must be either inline or attachment.")
    if complaints.some_text(one.get("content"), f"{field}.content"):
        try:
            base64.b64decode(one["content"], validate=True)
        except (binascii.Error, ValueError):
            complaints.add(f"{field}.content", "The attachment content must be base64 encoded.")
