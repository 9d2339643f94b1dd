"""Group commit: whatever waits at the same moment is committed in one transaction, and each waits for its own answer.

A transaction a request spends more on handing over between threads than on its row. Here one committer a process takes
all that wait, commits them together and answers each; what arrives meanwhile is the next batch.
"""

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

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Batch = list[tuple[Item, Future[Answer]]]


class TooBusy(Exception):
    """Too many wait already, or the answer took too long. What was asked may be asked again."""


class CommitterStopped(Exception):
    """The committer was ended from outside in the middle of a batch; whether that was committed is not known."""


class CommitTogether(Generic[Item, Answer]):
    """Calls `commit` with everything that waits, in the order of arrival, and hands each its answer.

    `commit` returns one answer an item, or raises with nothing committed. Safe to call from any number of threads, and
    from greenlets where gevent has patched `threading`. Its thread starts with the first call in a process.
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
        if self._process != os.getpid():
            self._begin()
        answer: Future[Answer] = Future()
        with self._arrived:
            if len(self._waiting) >= self._most_waiting:
                raise TooBusy
            self._waiting.append((item, answer))
            self._arrived.notify()
        try:
            return answer.result(self._patience_seconds)
        except TimeoutError:
            # A time-out of the item's own is its error; ours leaves it unanswered.
            if answer.done():
                raise
            raise TooBusy from None

    def _begin(self) -> None:
        """Start this process's committer; a process that was forked has none, whatever its memory says."""
        with _beginning:
            if self._process == os.getpid():
                return
            self._arrived = threading.Condition()
            self._waiting: deque[tuple[Item, Future[Answer]]] = deque()
            threading.Thread(target=self._run, name="committer", daemon=True).start()
            self._process = os.getpid()

    def _run(self) -> None:
        batch: Batch[Item, Answer] = []
        try:
            while True:
                batch = self._take()
                self._settle(batch)
        finally:
            self._leave(batch)

    def _leave(self, batch: "Batch[Item, Answer]") -> None:
        """Where the thread itself is ended, answer all that wait, and let the next call start another."""
        with self._arrived:
            self._process = None
            left = [*batch, *self._waiting]
            self._waiting.clear()
        for _, answer in left:
            if not answer.done():
                answer.set_exception(CommitterStopped())

    def _take(self) -> "Batch[Item, Answer]":
        with self._arrived:
            while not self._waiting:
                self._arrived.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._largest_batch))]

    def _settle(self, batch: "Batch[Item, Answer]") -> None:
        """Commit a batch, or where it is refused each half by itself, so that in the end one bad item fails alone."""
        try:
            answers = self._commit([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer of those who wait
            if len(batch) == 1 or isinstance(error, (*DatabaseIsAway, NoConnectionIsFree)):
                for _, answer in batch:
                    answer.set_exception(error)
                return
            self._settle(batch[: len(batch) // 2])
            self._settle(batch[len(batch) // 2 :])
            return
        for (_, answer), given in zip(batch, answers, strict=True):
            answer.set_result(given)


_beginning = threading.Lock()
