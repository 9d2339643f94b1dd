"""Faults on demand: what goes wrong at which endpoint, how often, and for how long."""

import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

REQUEST_ENDPOINTS = (
    *("messages", "messages_change", "messages_read"),
    *("calls", "calls_change", "calls_read"),
    *("mail", "represent"),
)
REQUEST_KINDS = ("429", "500", "503", "slow", "accepted_but_timed_out", "rate_limited")
CALLBACK_KINDS = ("duplicated", "reordered", "late", "lost")
KINDS_OF = dict.fromkeys(REQUEST_ENDPOINTS, REQUEST_KINDS) | {
    "callbacks": CALLBACK_KINDS,
    "events": CALLBACK_KINDS,
    "inbound": ("duplicated", "late", "lost"),
    "delivery": ("held",),
}


class FaultIsWrong(Exception):
    """A fault that was asked for does not exist; the text says what does."""


@dataclass
class Fault:
    """One thing that goes wrong, with a probability, and only so often where `count` is given."""

    endpoint: str
    kind: str
    probability: float = 1.0
    count: int | None = None
    seconds: float = 0.0
    per_minute: int = 60
    struck: int = 0
    recent: deque[float] = field(default_factory=deque, repr=False)

    def strikes(self, luck: random.Random) -> bool:
        """Whether it happens this time."""
        if self.count is not None and self.struck >= self.count:
            return False
        happens = self._over_the_limit() if self.kind == "rate_limited" else luck.random() < self.probability
        self.struck += happens
        return happens

    def _over_the_limit(self) -> bool:
        now = time.monotonic()
        while self.recent and self.recent[0] <= now - 60:
            self.recent.popleft()
        if len(self.recent) >= self.per_minute:
            return True
        self.recent.append(now)
        return False

    def as_data(self) -> dict[str, Any]:
        """The fault as the control API shows it."""
        shown = {
            name: getattr(self, name) for name in ("endpoint", "kind", "probability", "count", "seconds", "struck")
        }
        return shown | ({"per_minute": self.per_minute} if self.kind == "rate_limited" else {})


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self._luck = random.Random()  # noqa: S311 - chance for a rehearsal, nothing to guess

    def strike(self, endpoint: str) -> Fault | None:
        """The first fault that happens at an endpoint now."""
        for fault in self.active:
            if fault.endpoint == endpoint and fault.strikes(self._luck):
                return fault
        return None

    def replace(self, wanted: list[dict[str, Any]], seed: int | None = None) -> None:
        """Switch these faults on and all others off; a seed makes chance repeatable. Raises `FaultIsWrong`."""
        self.active = [_fault(one) for one in wanted]
        self._luck.seed(seed)

    def clear(self) -> None:
        """Switch every fault off."""
        self.active = []


def _fault(wanted: dict[str, Any]) -> Fault:
    kinds = KINDS_OF.get(str(wanted.get("endpoint")))
    if kinds is None:
        raise FaultIsWrong(f"endpoint must be one of {', '.join(KINDS_OF)}")
    if wanted.get("kind") not in kinds:
        raise FaultIsWrong(f"kind at {wanted['endpoint']} must be one of {', '.join(kinds)}")
    unknown = set(wanted) - {"endpoint", "kind", "probability", "count", "seconds", "per_minute", "struck"}
    if unknown:
        raise FaultIsWrong(f"a fault has no {', '.join(sorted(unknown))}")
    return _checked(Fault(**{name: value for name, value in wanted.items() if name != "struck"}))


def _checked(fault: Fault) -> Fault:
    if not _is_number(fault.probability) or not 0 <= fault.probability <= 1:
        raise FaultIsWrong("probability must be between 0 and 1")
    if fault.count is not None and (not isinstance(fault.count, int) or fault.count < 0):
        raise FaultIsWrong("count must be a whole number")
    if not _is_number(fault.seconds) or fault.seconds < 0 or not isinstance(fault.per_minute, int):
        raise FaultIsWrong("seconds and per_minute must be numbers of at least 0")
    return fault


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
