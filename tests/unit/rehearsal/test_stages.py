"""Stages, and how long a rehearsal waits for them."""

import itertools

import pytest

from deploy.rehearsal.stages import Report


def patient(seconds: float = 60.0) -> tuple[Report, list[str]]:
    """A report, and the lines that it tells."""
    told: list[str] = []
    return Report(20, told.append, seconds), told


def seen_one_by_one(*numbers: int) -> "itertools.chain[int]":
    """What is seen at each look; the last of it for ever."""
    return itertools.chain(numbers, itertools.repeat(numbers[-1]))


def test_a_stage_is_waited_for_until_all_of_it_is_seen() -> None:
    report, _ = patient()
    looks = seen_one_by_one(0, 1, 3)

    report.wait_for("thanks by text", 3, lambda: next(looks))

    assert [(stage.name, stage.expected, stage.seen) for stage in report.stages] == [("thanks by text", 3, 3)]
    assert report.ok


def test_a_stage_that_stands_still_is_given_up() -> None:
    report, told = patient(0.0)
    looks = seen_one_by_one(0, 1, 2)

    report.wait_for("thanks by text", 3, lambda: next(looks))

    assert not report.ok
    assert report.stages[0].seen < 3
    assert told[0].split()[0] == "NOT"


def test_patience_begins_anew_whenever_something_moves() -> None:
    report, _ = patient(1.0)
    # Each look is a quarter of a second after the one before, so all of it takes longer than the patience.
    looks = seen_one_by_one(*range(8))

    report.wait_for("thanks by text", 7, lambda: next(looks))

    assert report.ok


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_more_is_as_wrong_as_less(seen: int) -> None:
    report, _ = patient()
    report.note("before", 5, 5)

    report.note("attendances", 2, seen)

    assert not report.ok
    assert [stage.name for stage in report.stages if not stage.ok] == ["attendances"]


def test_more_than_expected_is_not_waited_for() -> None:
    report, _ = patient()

    report.wait_for("attendances", 2, lambda: 3)

    assert report.stages[0].seen == 3
    assert not report.ok


def test_the_report_has_just_this_shape() -> None:
    report, _ = patient()
    report.note("attendances", 2, 2)
    report.note("opt-outs heard", 1, 0)

    shown = report.as_json()

    assert isinstance(shown.pop("seconds"), float)
    assert shown == {
        "ok": False,
        "supporters": 20,
        "stages": [
            {"name": "attendances", "expected": 2, "seen": 2},
            {"name": "opt-outs heard", "expected": 1, "seen": 0},
        ],
    }


def test_a_rehearsal_in_which_nothing_was_compared_is_not_ok() -> None:
    report, _ = patient()

    assert not report.ok
