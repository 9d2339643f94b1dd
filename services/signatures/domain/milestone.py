"""Milestones: the round numbers that a petition's total passes, each worth telling once."""

from collections.abc import Iterator
from itertools import takewhile

_FIRST = (100, 500, 1_000, 2_500, 5_000, 7_500, 10_000)
# Beyond the first ten thousand the steps grow with the number, so that each stays news.
_STEPS = ((10_000, 5_000), (50_000, 10_000), (100_000, 25_000), (500_000, 50_000), (1_000_000, 100_000))


def milestones() -> Iterator[int]:
    """The ladder, without an end: 100, 500, 1,000, 2,500, 5,000, 7,500, 10,000, 15,000, …"""
    yield from _FIRST
    rung = _FIRST[-1]
    while True:
        rung += next(step for start, step in reversed(_STEPS) if rung >= start)
        yield rung


def milestones_between(before: int, after: int) -> list[int]:
    """Those that a total passes on its way up from one number to another, in order; reaching one passes it."""
    passed = takewhile(lambda milestone: milestone <= after, milestones())
    return [milestone for milestone in passed if milestone > before]


def next_milestone(total: int) -> int:
    """The first one that a total has not reached."""
    return next(milestone for milestone in milestones() if milestone > total)
