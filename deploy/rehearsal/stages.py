"""Stages: what a rehearsal expects, what it sees, and how long it waits for the one to become the other."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# A rehearsal waits as long as the number still moves, and this long after it stopped.
PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.25

See = Callable[[], int]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """One line of the report."""

    name: str
    expected: int
    seen: int

    @property
    def ok(self) -> bool:
        """Whether exactly what was expected was seen."""
        return self.expected == self.seen


@dataclass
class Report:
    """The rehearsal's result as it grows."""

    supporters: int
    tell: Tell
    patience_seconds: float = PATIENCE_SECONDS
    stages: list[Stage] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def wait_for(self, name: str, expected: int, see: See) -> None:
        """Look until as many are seen as expected; give up once nothing has moved for the time of patience."""
        seen, moved_at = see(), time.monotonic()
        while seen < expected and time.monotonic() - moved_at < self.patience_seconds:
            time.sleep(LOOK_EVERY_SECONDS)
            now_seen = see()
            if now_seen != seen:
                seen, moved_at = now_seen, time.monotonic()
        self.note(name, expected, seen)

    def note(self, name: str, expected: int, seen: int) -> None:
        """Add a stage."""
        stage = Stage(name, expected, seen)
        self.stages.append(stage)
        mark = "ok " if stage.ok else "NOT"
        self.tell(f"  {mark} {name:<44} expected {expected:>7,}  seen {seen:>7,}")

    @property
    def ok(self) -> bool:
        """Whether there were stages, and every one was as expected."""
        return bool(self.stages) and all(stage.ok for stage in self.stages)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._began

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that `--json` prints."""
        return {
            "ok": self.ok,
            "seconds": round(self.seconds, 1),
            "supporters": self.supporters,
            "stages": [{"name": one.name, "expected": one.expected, "seen": one.seen} for one in self.stages],
        }
