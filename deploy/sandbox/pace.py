"""How fast time passes in the sandbox: the settings that a rehearsal turns up and a person leaves alone."""

from dataclasses import asdict, dataclass, fields
from typing import Any


class SettingIsWrong(Exception):
    """A setting does not exist, or its value makes no sense; the text says which."""


@dataclass
class Pace:
    """Time and throughput. `speed` divides every delay; a call that a person takes part in runs at speed 1."""

    speed: float = 1.0
    sending_seconds: float = 0.05
    delivery_seconds: float = 0.2
    event_seconds: float = 0.2
    answer_delay_seconds: float = 0.0
    calls_per_second: float | None = None
    concurrent_calls: int | None = None

    def real(self, seconds: float) -> float:
        """How long something takes on the wall clock."""
        return seconds / self.speed

    def as_data(self) -> dict[str, Any]:
        """Every setting by name."""
        return asdict(self)

    def change(self, wanted: dict[str, Any]) -> None:
        """Set some of the settings, all or none. Raises `SettingIsWrong`."""
        known = {one.name for one in fields(self)}
        for name, value in wanted.items():
            if name not in known:
                raise SettingIsWrong(f"there is no setting {name}; there are {', '.join(sorted(known))}")
            _check(name, value)
        for name, value in wanted.items():
            setattr(self, name, value)


def _check(name: str, value: Any) -> None:
    if value is None and name in ("calls_per_second", "concurrent_calls"):
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SettingIsWrong(f"{name} must be a number of at least 0")
    if name in ("speed", "calls_per_second") and not value:
        raise SettingIsWrong(f"{name} must be more than 0")
