"""What the vendors' consoles would show as errors and warnings: what was wrong with a webhook or a document."""

import time
from collections import Counter, deque
from typing import Any

from deploy.sandbox.twilio_errors import text_of

KEPT = 2000


class Alerts:
    """The latest alerts, and how many there were of each code."""

    def __init__(self) -> None:
        self._latest: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.counts: Counter[int] = Counter()

    def add(self, code: int, detail: str, about: str = "") -> None:
        """Keep an alert: Twilio's code, what happened, and the message or call it is about."""
        self.counts[code] += 1
        self._latest.append({"at": time.time(), "code": code, "text": text_of(code), "detail": detail, "about": about})

    def latest(self) -> list[dict[str, Any]]:
        """The latest alerts, newest first."""
        return list(reversed(self._latest))

    def clear(self) -> None:
        """Forget all."""
        self._latest.clear()
        self.counts.clear()
