"""The record of a call, or of one leg of it, as Twilio's API shows it and as the pages do."""

import time
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.dates import written
from deploy.sandbox.numbers import readable

FINAL = frozenset(("completed", "busy", "failed", "no-answer", "canceled"))
EVENTS = ("initiated", "ringing", "answered", "completed")


@dataclass(frozen=True, slots=True)
class ProgressCallback:
    """Where a leg tells how it goes, and of which events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset(("completed",))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened in a call. `kind` is `said`, `played`, `pressed`, `asked` or `note`."""

    at: float
    kind: str
    text: str
    language: str = ""

    def as_data(self) -> dict[str, Any]:
        """The line as the control API shows it."""
        return {"at": self.at, "kind": self.kind, "text": self.text, "language": self.language}


@dataclass(slots=True, eq=False)
class Call:
    """One leg. `talked` is how many seconds it was answered for, in the sandbox's time."""

    sid: str
    to: str
    from_number: str
    direction: str
    callback: ProgressCallback | None = None
    parent_sid: str | None = None
    status: str = "queued"
    created: float = field(default_factory=time.time)
    updated: float = 0.0
    started: float | None = None
    answered: float | None = None
    ended: float | None = None
    talked: int = 0
    answered_by: str | None = None
    sequence: int = 0
    position: int = -1
    lines: list[Line] = field(default_factory=list)
    bridged_to: str | None = None

    @property
    def phone(self) -> str:
        """The outside telephone."""
        return self.from_number if self.direction == "inbound" else self.to

    @property
    def over(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.status in FINAL

    def note(self, kind: str, text: str, language: str = "") -> None:
        """Write down what happened."""
        self.lines.append(Line(time.time(), kind, text, language))

    def as_twilio(self, account_sid: str) -> dict[str, Any]:
        """The resource as Twilio's API shows it."""
        uri = f"/2010-04-01/Accounts/{account_sid}/Calls/{self.sid}"
        parts = ("notifications", "recordings", "payments", "events", "siprec", "streams", "transcriptions")
        waited = (self.started or time.time()) - self.created
        return {
            "account_sid": account_sid,
            "answered_by": self.answered_by,
            "api_version": "2010-04-01",
            "caller_name": None,
            "date_created": written(self.created),
            "date_updated": written(self.updated or self.created),
            "direction": self.direction,
            "duration": str(self.talked) if self.over else None,
            "end_time": written(self.ended),
            "forwarded_from": None,
            "from": self.from_number,
            "from_formatted": readable(self.from_number),
            "group_sid": None,
            "parent_call_sid": self.parent_sid,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": str(int(waited * 1000)),
            "sid": self.sid,
            "start_time": written(self.started),
            "status": self.status,
            "subresource_uris": {part: f"{uri}/{part.capitalize()}.json" for part in parts},
            "to": self.to,
            "to_formatted": readable(self.to),
            "trunk_sid": None,
            "uri": f"{uri}.json",
        }

    def as_data(self) -> dict[str, Any]:
        """The record as the control API and the pages show it."""
        names = ("sid", "position", "direction", "to", "parent_sid", "status", "created", "talked", "bridged_to")
        shown = {name: getattr(self, name) for name in names}
        return shown | {"from": self.from_number, "lines": [line.as_data() for line in self.lines]}
