"""Who of those that wait is dialled next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calls.domain.call import Aim, Line
from services.calls.domain.office_line import OfficeLine
from services.calls.domain.sharing import Queue, choose_line, share_out
from tests.unit.calls.made import line


def queue(riding: str, length: int, *lines: Line, calls_per_line: int = 2) -> Queue:
    return Queue(
        call_campaign="day", aim=Aim.RIDING, riding=riding, length=length, lines=lines, calls_per_line=calls_per_line
    )


def test_a_long_queue_does_not_starve_a_short_one() -> None:
    long, short = queue("a", 100, line("1"), calls_per_line=50), queue("b", 2, line("2"))

    given_ = share_out([long, short], {}, {}, at_most=4)

    assert [one.riding for one, _ in given_] == ["a", "b", "a", "b"]


def test_calls_go_to_the_other_office_where_one_is_full() -> None:
    two_offices = queue("a", 3, line("1"), line("2"), calls_per_line=2)

    given_ = share_out([two_offices], {"1": OfficeLine(limit=1)}, {"1": 1}, at_most=10)

    assert [one.number for _, one in given_] == ["2", "2"]


def test_two_queues_for_one_line_share_its_places() -> None:
    first, second = queue("a", 5, line("1")), queue("b", 5, line("1"))

    given_ = share_out([first, second], {}, {}, at_most=10)

    assert len(given_) == 2


def test_a_queue_that_nobody_can_take_waits() -> None:
    assert share_out([queue("vacant", 3)], {}, {}, at_most=10) == []


@given(
    st.lists(st.tuples(st.integers(1, 20), st.sets(st.sampled_from("12345"), max_size=3)), max_size=6),
    st.dictionaries(st.sampled_from("12345"), st.integers(0, 4)),
    st.dictionaries(st.sampled_from("12345"), st.integers(1, 6)),
    st.integers(0, 30),
)
def test_no_line_gets_more_than_its_limit_and_no_queue_more_than_wait(
    waiting: list[tuple[int, set[str]]], calls_on: dict[str, int], limits: dict[str, int], at_most: int
) -> None:
    queues = [
        queue(str(n), length, *map(line, sorted(numbers)), calls_per_line=4)
        for n, (length, numbers) in enumerate(waiting)
    ]
    known = {number: OfficeLine(limit) for number, limit in limits.items()}

    given_ = share_out(queues, known, calls_on, at_most)

    assert len(given_) <= at_most
    for number in "12345":
        taken = sum(one.number == number for _, one in given_)
        limit = min(4, limits.get(number, 4))
        assert taken == 0 or calls_on.get(number, 0) + taken <= limit
    for one in queues:
        assert sum(sharing is one for sharing, _ in given_) <= one.length


CONSTITUENCY, SECOND, OTTAWA = line("1"), line("2"), line("3", kind="legislature")


@pytest.mark.parametrize(
    ("calls_on", "free", "expected"),
    [
        ({}, {"1": 2, "2": 2, "3": 2}, CONSTITUENCY),
        ({"1": 1}, {"1": 1, "2": 2, "3": 2}, SECOND),
        ({"1": 2, "2": 1}, {"1": 0, "2": 1, "3": 2}, SECOND),
        ({"1": 2, "2": 2}, {"1": 0, "2": 0, "3": 2}, OTTAWA),
        ({"1": 2, "2": 2, "3": 2}, {"1": 0, "2": 0, "3": 0}, None),
    ],
)
def test_the_constituency_comes_first_then_the_least_busy_then_the_next(
    calls_on: dict[str, int], free: dict[str, int], expected: Line | None
) -> None:
    assert choose_line([OTTAWA, CONSTITUENCY, SECOND], calls_on, free) == expected
