"""Who of those that wait is dialled next: a place on a line each, in turns, so that no queue starves another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.calls.domain.call import Aim, Line
from services.calls.domain.office_line import OfficeLine


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The calls of one campaign that wait for one target: how many, and the lines that could take them."""

    call_campaign: str
    aim: Aim
    riding: str | None
    length: int
    lines: tuple[Line, ...]
    calls_per_line: int


def share_out(
    queues: Sequence[Queue], known: Mapping[str, OfficeLine], calls_on: Mapping[str, int], at_most: int
) -> list[tuple[Queue, Line]]:
    """A line for each call that may be dialled now, one queue after another until none can have more.

    `known` is what was learned of each line, `calls_on` how many calls each has, both by number.
    """
    taken = dict(calls_on)
    given: list[tuple[Queue, Line]] = []
    waiting = {position: queue.length for position, queue in enumerate(queues)}
    while waiting and len(given) < at_most:
        for position in list(waiting):
            line = choose_line(queues[position].lines, taken, _free(queues[position], known, taken))
            if line is None or len(given) == at_most:
                del waiting[position]
                continue
            given.append((queues[position], line))
            taken[line.number] = taken.get(line.number, 0) + 1
            waiting[position] -= 1
            if not waiting[position]:
                del waiting[position]
    return given


def choose_line(lines: Sequence[Line], calls_on: Mapping[str, int], free: Mapping[str, int]) -> Line | None:
    """The line to dial: the least busy with a free place, in the constituency before Ottawa; None while all are full.

    The staff of a constituency office is there for constituents. `calls_on` and `free` are by number.
    """
    with_a_place = [line for line in lines if free[line.number] > 0]
    return min(
        with_a_place,
        key=lambda line: (line.kind != "constituency", calls_on.get(line.number, 0)),
        default=None,
    )


def _free(queue: Queue, known: Mapping[str, OfficeLine], calls_on: Mapping[str, int]) -> dict[str, int]:
    ceiling = queue.calls_per_line
    return {
        line.number: known.get(line.number, OfficeLine(ceiling)).free(calls_on.get(line.number, 0), ceiling)
        for line in queue.lines
    }
