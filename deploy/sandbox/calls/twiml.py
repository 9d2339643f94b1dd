"""Reads TwiML for calls. What does not parse ends a call; what Twilio does not know is noted, and ends it too.

https://www.twilio.com/docs/voice/twiml
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from deploy.sandbox.alerts import Alerts

_DIAL = """action method timeout timeLimit callerId hangupOnStar record trim recordingStatusCallback
recordingStatusCallbackMethod recordingStatusCallbackEvent recordingTrack answerOnBridge ringTone sequential referUrl
referMethod callReason"""
_GATHER = """input action method timeout numDigits finishOnKey language hints speechTimeout speechModel maxSpeechTime
partialResultCallback partialResultCallbackMethod bargeIn actionOnEmptyResult dtmfDetection profanityFilter enhanced
debug"""
_NUMBER = """sendDigits url method statusCallback statusCallbackEvent statusCallbackMethod byoc machineDetection
machineDetectionTimeout machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold
machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod"""
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    name: frozenset(attributes.split())
    for name, attributes in {
        "Say": "voice language loop",
        "Play": "loop digits",
        "Pause": "length",
        "Gather": _GATHER,
        "Dial": _DIAL,
        "Number": _NUMBER,
        "Redirect": "method",
        "Hangup": "",
        "Reject": "reason",
    }.items()
}
VERBS = frozenset(ATTRIBUTES) - {"Number"}
NESTED: Mapping[str, frozenset[str]] = {
    "Gather": frozenset(("Say", "Play", "Pause")),
    "Dial": frozenset(("Number",)),
}
# Markup inside <Say> (SSML), whose words are said.
SPOKEN = frozenset(("Say",))


class ApplicationError(Exception):
    """The call cannot go on as the application has it: Twilio says so and hangs up."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do, or a noun inside one."""

    name: str
    attributes: Mapping[str, str]
    text: str
    nested: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: float, alerts: Alerts, about: str, code: int = 12200) -> float:
        """An attribute that is a number of at least 0; another value is noted and the default taken."""
        text = self.attributes.get(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if value < 0:
            alerts.add(code, f"<{self.name} {name}={text!r}>", about)
            return default
        return value


def verbs_in(text: str, alerts: Alerts, about: str) -> tuple[Verb, ...]:
    """The verbs of a document. Raises `ApplicationError`; what is odd but harmless becomes an alert."""
    try:
        # The document is the application's own and expat refuses entities that blow up.
        root = ET.fromstring(text.encode())  # noqa: S314
    except ET.ParseError as error:
        raise ApplicationError(12100, str(error)) from None
    if root.tag != "Response":
        raise ApplicationError(12100, f"<{root.tag}> where <Response> belongs")
    return tuple(_verb(element, VERBS, alerts, about) for element in root)


def _verb(element: ET.Element, allowed: frozenset[str], alerts: Alerts, about: str) -> Verb:
    name = element.tag
    if name not in allowed:
        raise ApplicationError(12200, f"<{name}> is not expected here, or not played by the sandbox")
    unknown = set(element.attrib) - ATTRIBUTES[name]
    if unknown:
        alerts.add(12200, f"<{name}> has no {', '.join(sorted(unknown))}", about)
    if name in SPOKEN:
        return Verb(name, dict(element.attrib), " ".join("".join(element.itertext()).split()))
    nested = tuple(_verb(child, NESTED.get(name, frozenset()), alerts, about) for child in element)
    return Verb(name, dict(element.attrib), (element.text or "").strip(), nested)
