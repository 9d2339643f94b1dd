"""The parts of a worker stop together, and one that hangs is seen."""

import threading
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from shared.observability.metrics import LOOP_FAILURES
from shared.worker.loops import turn_until_stopped
from shared.worker.parts import Parts, Pulse


def until_told(stop: threading.Event) -> None:
    while not stop.is_set():
        stop.wait(0.01)


def test_all_parts_stop_when_they_are_told() -> None:
    stop = threading.Event()
    parts = Parts(stop)
    parts.add("one", until_told)
    parts.add("two", until_told)
    parts.start()

    stop.set()

    assert parts.stopped()


def test_one_that_fails_beyond_its_own_repair_stops_all() -> None:
    def fail(_: threading.Event) -> None:
        raise ZeroDivisionError

    stop = threading.Event()
    parts = Parts(stop)
    parts.add("one", until_told)
    parts.add("two", fail)

    with capture_logs() as lines:
        parts.start()
        stop.wait()
        well = parts.stopped()

    assert not well
    assert [(line["event"], line["failed_part"]) for line in lines] == [("a part of the worker failed", "two")]


def test_one_that_hangs_does_not_keep_the_others() -> None:
    never, stop = threading.Event(), threading.Event()
    parts = Parts(stop, stop_within_seconds=0.1)
    parts.add("hanging", lambda _: until_told(never))
    parts.start()
    stop.set()

    with capture_logs() as lines:
        well = parts.stopped()
    never.set()

    assert not well
    assert lines[0]["parts"] == ["hanging"]


def test_one_that_shows_no_sign_of_life_hangs() -> None:
    hurried, patient = (Parts(threading.Event(), silent_seconds=seconds) for seconds in (-1.0, 3600.0))
    for parts in (hurried, patient):
        parts.add("one", until_told)

    assert hurried.stalled() == ["one hangs"]
    assert patient.stalled() == []


@pytest.mark.parametrize("look", [Pulse.is_set, lambda pulse: pulse.wait(0)])
def test_looking_whether_to_stop_is_a_sign_of_life(look: Callable[[Pulse], bool]) -> None:
    pulse = Pulse(threading.Event())
    pulse.felt_at -= 3600

    look(pulse)

    assert pulse.silent_for() < 3600


def test_a_part_can_have_all_stop() -> None:
    stop = threading.Event()

    Pulse(stop).set()

    assert stop.is_set()


def test_a_turn_that_fails_is_told_and_taken_again() -> None:
    stop = threading.Event()
    turns: list[int] = []

    def turn() -> bool:
        turns.append(len(turns))
        if len(turns) == 2:
            stop.set()
            return True
        raise ZeroDivisionError

    before = LOOP_FAILURES.labels("tester", "dial")._value.get()
    with capture_logs() as lines:
        turn_until_stopped("tester", "dial", turn, stop)

    assert turns == [0, 1]
    assert LOOP_FAILURES.labels("tester", "dial")._value.get() == before + 1
    assert [(line["event"], line["loop"]) for line in lines] == [("a turn of a loop failed, trying again", "dial")]
