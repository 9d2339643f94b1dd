"""What a messaging webhook answers: TwiML with messages to send, or plain text that is one message.

https://www.twilio.com/docs/messaging/twiml
"""

from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.webhooks import PLAIN_TYPE, Document

MESSAGE_ATTRIBUTES = frozenset(("to", "from", "action", "method", "statusCallback"))


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send; what is None is what the inbound text says."""

    body: str
    to: str | None = None
    from_number: str | None = None
    callback: str | None = None
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instructions:
    """Messages to send, and where to ask for more."""

    replies: tuple[Reply, ...] = ()
    redirect: str | None = None
    redirect_method: str = "POST"


def instructions_in(document: Document, alerts: Alerts, about: str) -> Instructions:
    """Read a document; what is wrong with it becomes an alert, and nothing is then sent."""
    if not document.text.strip():
        return Instructions()
    if document.content_type == PLAIN_TYPE:
        return Instructions((Reply(document.text),))
    try:
        # The document is the application's own and expat refuses entities that blow up.
        root = ET.fromstring(document.text.encode())  # noqa: S314
    except ET.ParseError as error:
        alerts.add(12100, f"{error} in the answer of {document.url}", about)
        return Instructions()
    return _instructions(root, document.url, alerts, about)


def _instructions(root: ET.Element, url: str, alerts: Alerts, about: str) -> Instructions:
    if root.tag != "Response":
        alerts.add(12100, f"<{root.tag}> where <Response> belongs, from {url}", about)
        return Instructions()
    replies: list[Reply] = []
    for verb in root:
        if verb.tag == "Redirect":
            address = urljoin(url, (verb.text or "").strip())
            return Instructions(tuple(replies), address, verb.get("method", "POST"))
        if verb.tag in ("Message", "Sms"):
            replies.append(_reply(verb, url, alerts, about))
        else:
            alerts.add(12200, f"<{verb.tag}> from {url}", about)
    return Instructions(tuple(replies))


def _reply(verb: ET.Element, url: str, alerts: Alerts, about: str) -> Reply:
    unknown = set(verb.attrib) - MESSAGE_ATTRIBUTES
    if unknown:
        alerts.add(12200, f"<{verb.tag} {' '.join(sorted(unknown))}> from {url}", about)
    body = verb.find("Body")
    callback = verb.get("statusCallback") or verb.get("action")
    return Reply(
        body=(body.text if body is not None else verb.text) or "",
        to=verb.get("to"),
        from_number=verb.get("from"),
        callback=urljoin(url, callback) if callback else None,
        media=tuple(urljoin(url, (media.text or "").strip()) for media in verb.findall("Media")),
    )
