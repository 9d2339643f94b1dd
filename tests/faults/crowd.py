"""A crowd that signs steadily, whatever is broken meanwhile, and remembers who was answered."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType

import requests

from deploy.rehearsal.people import Supporter
from deploy.rehearsal.signing import SIGNED, TIMEOUT_SECONDS, signature_of
from tests.fixtures.waiting import PATIENCE_SECONDS, wait_until

AT_ONCE = 6
COME_AGAIN = 503
AGAIN_AFTER_SECONDS = 0.3


class Crowd:
    """People who sign one after the other, six at a time, until the end of the block.

    Whoever gets no answer, or is asked to come again, tries again until they are answered; nobody else does.
    """

    def __init__(self, address: str, people: Sequence[Supporter], pause_seconds: float) -> None:
        self._address = address
        self._waiting = deque(people)
        self._pause_seconds = pause_seconds
        self._leave = threading.Event()
        self._threads = [threading.Thread(target=self._sign_on, daemon=True) for _ in range(AT_ONCE)]
        self.answered: list[Supporter] = []
        # What each try that got no answer ended in; how often somebody was asked to come again; any other answer.
        self.cut_off: list[str] = []
        self.turned_away: list[int] = []
        self.surprises: list[str] = []

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        if error is None:
            assert not any(thread.is_alive() for thread in self._threads), "somebody still waits for an answer"
            assert self.surprises == []

    def wait_for_more(self, number: int) -> None:
        """Wait until that many more have been answered."""
        wanted = len(self.answered) + number
        wait_until(lambda: len(self.answered) >= wanted or self._nobody_waits())
        assert len(self.answered) >= wanted, "there were too few people"

    def _nobody_waits(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _sign_on(self) -> None:
        with requests.Session() as session:
            while self._waiting and not self._leave.is_set():
                try:
                    person = self._waiting.popleft()
                except IndexError:
                    return
                self._sign(session, person)
                time.sleep(self._pause_seconds)

    def _sign(self, session: requests.Session, person: Supporter) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while self._has_to_come_again(session, person) and time.monotonic() < give_up_at:
            time.sleep(AGAIN_AFTER_SECONDS)

    def _has_to_come_again(self, session: requests.Session, person: Supporter) -> bool:
        try:
            answer = session.post(self._address, json=signature_of(person), timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            self.cut_off.append(type(error).__name__)
            return True
        if answer.status_code == COME_AGAIN:
            self.turned_away.append(person.number)
            return True
        if answer.status_code == SIGNED:
            self.answered.append(person)
        else:
            self.surprises.append(f"{answer.status_code} {answer.text[:200]}")
        return False
