"""What a stage comes to: ours beside the limit, measured in turns so that whatever else the machine does meets both."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.load.machine import Machine

ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    """One stage, in things a second. `remarks` are lines to print under the table."""

    limit: float
    measured: float
    remarks: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """How much of the limit ours reaches."""
        return self.measured / self.limit


@dataclass(frozen=True)
class Stage:
    """What is measured: its name in the table, what a second holds of it, and the ratio we mean to reach."""

    name: str
    unit: str
    target: float
    run: Callable[[Machine], Measured] = field(repr=False)


def in_turns(limit: Callable[[], float], ours: Callable[[], float], rounds: int = ROUNDS) -> Measured:
    """Measure both, in turns, each in things a second; the round in the middle by its ratio stands for all."""
    # The first time, caches are cold and files new: it counts for neither.
    limit(), ours()
    measured = sorted((Measured(limit(), ours()) for _ in range(rounds)), key=lambda one: one.ratio)
    return measured[rounds // 2]


def spread(values: list[float]) -> str:
    """The middle of some values and where they end, for a remark."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
