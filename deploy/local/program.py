"""What the supervisor is told about a program: how it is started, when it is ready, how it is stopped."""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.system_user import SystemUser


def _nothing() -> None:
    """For programs that need no preparation."""


def _at_once() -> bool:
    return True


@dataclass(frozen=True)
class Program:
    """A program of the local stack. A step (`runs_once`) is done when it exits with 0; the others go on."""

    name: str
    command: tuple[str, ...]
    after: tuple[str, ...] = ()
    runs_once: bool = False
    ports: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    account: SystemUser | None = None
    folder: Path | None = None
    # Runs in the supervisor before the program's first start; may raise `CannotStart`.
    prepare: Callable[[], None] = _nothing
    is_ready: Callable[[], bool] = _at_once
    ready_within_seconds: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_seconds: float = 15.0
    # What the kernel sends when the supervisor was killed and cannot stop the program itself.
    orphan_signal: signal.Signals = signal.SIGKILL
    # How often it may die before it was ever ready; a wrong setting does not get better by trying.
    tries: int = 1
