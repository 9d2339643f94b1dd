"""Group commit: whatever waits at the same moment is committed in one transaction, and each waits for its own answer.

A transaction a request spends more on handing over between threads than on its row. Here one committer a process takes
all that wait, commits them together and answers each; what arrives meanwhile is the next batch. It begins as soon as it
has as many as the last, or after a moment: those who were answered together come again together, and a batch of few
costs almost as much as one of many.
"""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlalchemy.exc import TimeoutError as NoConnectionIsFree

from shared.database import DatabaseIsAway

# About a third of a second of work; whoever comes on top is better told at once to come again.
MOST_WAITING = 500
# A statement for more rows gains little, and the first of them would wait longer.
LARGEST_BATCH = 100
PATIENCE_SECONDS = 20.0
GATHER_SECONDS = 0.002

Item = TypeVar("Item")
Answer = TypeVar("Answer")
# One kind for who waits in a thread, another for who waits on an event loop.
Place = Future[Answer] | asyncio.Future[Answer]
Batch = list[tuple[Item, Place[Answer]]]


class TooBusy(Exception):
    """Too many wait already, or the answer took too long. What was asked may be asked again."""


class CommitterStopped(Exception):
    """The committer was ended from outside in the middle of a batch; whether that was committed is not known."""


class CommitTogether(Generic[Item, Answer]):
    """Calls `commit` with everything that waits, in the order of arrival, and hands each its answer.

    `commit` returns one answer an item, or raises with nothing committed; it is called in a thread of the committer's
    own, which starts with the first call in a process. Safe to call from any number of threads, and from event loops.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Sequence[Answer]],
        *,
        most_waiting: int = MOST_WAITING,
        largest_batch: int = LARGEST_BATCH,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._commit = commit
        self._most_waiting = most_waiting
        self._largest_batch = largest_batch
        self._patience_seconds = patience_seconds
        self._process: int | None = None

    def __call__(self, item: Item) -> Answer:
        """Commit an item together with whatever else waits. Raises `TooBusy`, or what committing the item raised."""
        answer: Future[Answer] = Future()
        self._queue(item, answer)
        try:
            return answer.result(self._patience_seconds)
        except TimeoutError:
            # A time-out of the item's own is its error; ours leaves it unanswered.
            if answer.done():
                raise
            raise TooBusy from None

    async def soon(self, item: Item) -> Answer:
        """The same for a coroutine; others go on meanwhile."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._queue(item, answer)
        give_up = loop.call_later(self._patience_seconds, _settle, answer, TooBusy())
        try:
            return await answer
        finally:
            give_up.cancel()

    def _queue(self, item: Item, answer: Place[Answer]) -> None:
        if self._process != os.getpid():
            self._begin()
        with self._arrived:
            if len(self._waiting) >= self._most_waiting:
                raise TooBusy
            self._waiting.append((item, answer))
            if len(self._waiting) in (1, self._last):
                self._arrived.notify()

    def _begin(self) -> None:
        """Start this process's committer; a process that was forked has none, whatever its memory says."""
        with _beginning:
            if self._process == os.getpid():
                return
            self._arrived = threading.Condition(threading.Lock())
            self._waiting: deque[tuple[Item, Place[Answer]]] = deque()
            self._last = 0
            threading.Thread(target=self._run, name="committer", daemon=True).start()
            self._process = os.getpid()

    def _run(self) -> None:
        batch: Batch[Item, Answer] = []
        try:
            while True:
                batch = self._take()
                self._commit_each(batch)
        finally:
            self._leave(batch)

    def _leave(self, batch: "Batch[Item, Answer]") -> None:
        """Where the thread itself is ended, answer all that wait, and let the next call start another."""
        with self._arrived:
            self._process = None
            left = [*batch, *self._waiting]
            self._waiting.clear()
        _answer(left, [CommitterStopped()] * len(left))

    def _take(self) -> "Batch[Item, Answer]":
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting)
            self._arrived.wait_for(lambda: len(self._waiting) >= self._last, GATHER_SECONDS)
            self._last = min(len(self._waiting), self._largest_batch)
            return [self._waiting.popleft() for _ in range(self._last)]

    def _commit_each(self, batch: "Batch[Item, Answer]") -> None:
        """Commit a batch, or where it is refused each half by itself, so that in the end one bad item fails alone."""
        try:
            answers = self._commit([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer of those who wait
            if len(batch) == 1 or isinstance(error, (*DatabaseIsAway, NoConnectionIsFree)):
                _answer(batch, [error] * len(batch))
                return
            self._commit_each(batch[: len(batch) // 2])
            self._commit_each(batch[len(batch) // 2 :])
            return
        _answer(batch, answers)


def _answer(batch: "Batch[Item, Answer]", answers: Sequence[Answer | Exception]) -> None:
    """Hand each its answer: in its thread at once, on an event loop all together, as waking a loop is what costs."""
    on_loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Answer | Exception]]] = {}
    for (_, place), answer in zip(batch, answers, strict=True):
        if isinstance(place, Future):
            _settle(place, answer)
        else:
            on_loops.setdefault(place.get_loop(), []).append((place, answer))
    for loop, settled in on_loops.items():
        loop.call_soon_threadsafe(_settle_all, settled)


def _settle_all(settled: "list[tuple[asyncio.Future[Answer], Answer | Exception]]") -> None:
    for place, answer in settled:
        _settle(place, answer)


def _settle(place: Place[Answer], answer: Answer | Exception) -> None:
    if place.done():
        # Whoever waited has given up.
        return
    if isinstance(answer, Exception):
        place.set_exception(answer)
    else:
        place.set_result(answer)


_beginning = threading.Lock()
"""Held while a process's committer is started."""
