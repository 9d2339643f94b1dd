"""Whatever happens later in the sandbox: at the sandbox's own speed, and forgotten at a reset."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from deploy.sandbox.pace import Pace


class Timers:
    """Delays and background tasks that a reset ends together."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._generation = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def after(self, seconds: float, act: Callable[..., object], *arguments: Any) -> asyncio.TimerHandle:
        """Do something once these seconds of the sandbox's time have passed, unless it was reset."""
        real = self._pace.real(seconds)
        return asyncio.get_running_loop().call_later(real, self._act, self._generation, act, arguments)

    def _act(self, generation: int, act: Callable[..., object], arguments: tuple[Any, ...]) -> None:
        if generation == self._generation:
            act(*arguments)

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin work in the background; a reset cancels it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def clear(self) -> None:
        """Forget every delay and end every task."""
        self._generation += 1
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
