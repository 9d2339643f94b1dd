"""Group commit: one transaction for all that wait, an answer for each."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from shared.commit_together import CommitterStopped, CommitTogether, TooBusy

PATIENCE = 30
POISON = -1


class Ledger:
    """Keeps what is committed, a batch at a time. While `closed`, a commit waits in the middle."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.tried: list[list[int]] = []
        self.entered = threading.Semaphore(0)
        self._open = threading.Event()
        self._open.set()

    def commit(self, items: Sequence[int]) -> list[str]:
        self.tried.append(list(items))
        self.entered.release()
        assert self._open.wait(PATIENCE)
        if POISON in items:
            raise ValueError("it cannot be stored")
        self.batches.append(list(items))
        return [f"kept {item}" for item in items]

    @contextmanager
    def closed(self) -> Iterator[None]:
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as threads:
        yield threads


def wait_until(condition: Callable[[], bool]) -> None:
    done = threading.Event()
    for _ in range(PATIENCE * 200):
        if condition():
            return
        done.wait(0.005)
    raise AssertionError("it never came true")


def queue_behind_the_first(
    pool: ThreadPoolExecutor, ledger: Ledger, together: CommitTogether[int, str], items: Sequence[int]
) -> list[Future[str]]:
    """The first item is being committed while all the others wait, in order."""
    futures = []
    for number, item in enumerate(items):
        futures.append(pool.submit(together, item))
        if number == 0:
            assert ledger.entered.acquire(timeout=PATIENCE)
        else:
            wait_until(lambda waiting=number: len(together._waiting) == waiting)  # type: ignore[misc]
    return futures


def test_one_item_is_committed_at_once() -> None:
    ledger = Ledger()

    assert CommitTogether(ledger.commit)(7) == "kept 7"
    assert ledger.batches == [[7]]


def test_what_waits_is_committed_together_in_the_order_of_arrival(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit)

    with ledger.closed():
        futures = queue_behind_the_first(pool, ledger, together, range(6))

    assert [future.result(PATIENCE) for future in futures] == [f"kept {item}" for item in range(6)]
    assert ledger.batches == [[0], [1, 2, 3, 4, 5]]


def test_a_batch_is_never_larger_than_allowed(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit, largest_batch=2)

    with ledger.closed():
        futures = queue_behind_the_first(pool, ledger, together, range(6))
    for future in futures:
        future.result(PATIENCE)

    assert ledger.batches == [[0], [1, 2], [3, 4], [5]]


@pytest.mark.parametrize("place", range(1, 8))
def test_an_item_that_cannot_be_stored_fails_alone(pool: ThreadPoolExecutor, place: int) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit)
    items = list(range(8))
    items[place] = POISON

    with ledger.closed():
        futures = queue_behind_the_first(pool, ledger, together, items)

    with pytest.raises(ValueError, match="it cannot be stored"):
        futures[place].result(PATIENCE)
    others = [future.result(PATIENCE) for number, future in enumerate(futures) if number != place]
    assert others == [f"kept {item}" for item in items if item != POISON]
    assert [item for batch in ledger.batches for item in batch] == [item for item in items if item != POISON]


def test_several_that_cannot_be_stored_fail_alone_too(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit)

    with ledger.closed():
        futures = queue_behind_the_first(pool, ledger, together, [0, POISON, 2, POISON, POISON, 5])

    failed = [future.exception(PATIENCE) is not None for future in futures]
    assert failed == [False, True, False, True, True, False]


def test_a_database_that_is_away_answers_all_and_is_not_asked_for_each(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()

    def commit(items: Sequence[int]) -> list[str]:
        ledger.commit(items)
        raise OperationalError("INSERT", {}, Exception("the server closed the connection"))

    together: CommitTogether[int, str] = CommitTogether(commit)
    with ledger.closed():
        futures = queue_behind_the_first(pool, ledger, together, range(5))

    assert [type(future.exception(PATIENCE)) for future in futures] == [OperationalError] * 5
    assert ledger.tried == [[0], [1, 2, 3, 4]]


def test_after_a_failure_the_next_is_committed() -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit)

    with pytest.raises(ValueError, match="it cannot be stored"):
        together(POISON)

    assert together(3) == "kept 3"


def test_where_too_many_wait_the_next_is_turned_away_at_once(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit, most_waiting=3)

    with ledger.closed():
        futures = queue_behind_the_first(pool, ledger, together, range(4))
        with pytest.raises(TooBusy):
            together(99)

    assert [future.result(PATIENCE) for future in futures] == [f"kept {item}" for item in range(4)]
    assert together(5) == "kept 5"


def test_nobody_waits_for_ever(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit, patience_seconds=0.05)

    with ledger.closed(), pytest.raises(TooBusy):
        together(1)


def test_a_time_out_of_the_items_own_is_its_answer() -> None:
    def commit(_: Sequence[int]) -> list[str]:
        raise TimeoutError("the item's own")

    together: CommitTogether[int, str] = CommitTogether(commit)

    with pytest.raises(TimeoutError, match="the item's own"):
        together(1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_committer_that_is_ended_answers_all_and_another_takes_its_place(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    ended: list[threading.Thread] = []

    def commit(items: Sequence[int]) -> list[str]:
        kept = ledger.commit(items)
        if not ended:
            ended.append(threading.current_thread())
            raise SystemExit
        return kept

    together: CommitTogether[int, str] = CommitTogether(commit)
    with ledger.closed():
        futures = queue_behind_the_first(pool, ledger, together, range(3))

    assert [type(future.exception(PATIENCE)) for future in futures] == [CommitterStopped] * 3
    ended[0].join(PATIENCE)
    assert together(4) == "kept 4"


def test_a_forked_process_starts_a_committer_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit)
    together(1)
    before = {thread for thread in threading.enumerate() if thread.name == "committer"}
    monkeypatch.setattr("os.getpid", lambda: -1)

    assert together(2) == "kept 2"

    assert {thread for thread in threading.enumerate() if thread.name == "committer"} > before


def test_nothing_is_lost_or_mixed_up_among_many_threads(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit, largest_batch=16)

    answers = list(pool.map(together, range(2_000)))

    assert answers == [f"kept {item}" for item in range(2_000)]
    assert sorted(item for batch in ledger.batches for item in batch) == list(range(2_000))


def test_coroutines_commit_together_too() -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit)

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(together.soon(number) for number in range(200)))

    assert asyncio.run(all_at_once()) == [f"kept {number}" for number in range(200)]
    assert max(map(len, ledger.batches)) > 1


def test_a_coroutine_hears_what_went_wrong_with_its_item_alone() -> None:
    together = CommitTogether(Ledger().commit)

    async def both() -> tuple[str | BaseException, str | BaseException]:
        return await asyncio.gather(together.soon(1), together.soon(POISON), return_exceptions=True)

    kept, failed = asyncio.run(both())
    assert kept == "kept 1"
    assert isinstance(failed, ValueError)


def test_a_coroutine_does_not_wait_for_ever_either_and_a_late_answer_harms_nobody() -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit, patience_seconds=0.05)

    async def give_up_then_go_on() -> str:
        with ledger.closed(), pytest.raises(TooBusy):
            await together.soon(1)
        patient = CommitTogether(ledger.commit)
        return await patient.soon(2)

    assert asyncio.run(give_up_then_go_on()) == "kept 2"


def test_threads_and_coroutines_share_a_batch(pool: ThreadPoolExecutor) -> None:
    ledger = Ledger()
    together = CommitTogether(ledger.commit)

    async def beside_a_thread() -> str:
        with ledger.closed():
            first = pool.submit(together, 0)
            await asyncio.to_thread(ledger.entered.acquire, timeout=PATIENCE)
            second = pool.submit(together, 1)
            await asyncio.to_thread(wait_until, lambda: len(together._waiting) == 1)
            third = asyncio.ensure_future(together.soon(2))
            await asyncio.sleep(0)
        assert (first.result(PATIENCE), second.result(PATIENCE)) == ("kept 0", "kept 1")
        return await third

    assert asyncio.run(beside_a_thread()) == "kept 2"
    assert ledger.batches == [[0], [1, 2]]
