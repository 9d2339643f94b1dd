"""The round numbers that a total passes."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from services.signatures.domain.milestone import milestones, milestones_between, next_milestone


def test_the_ladder_begins_with_a_hundred_and_its_steps_grow() -> None:
    first = list(islice(milestones(), 16))

    assert first[:7] == [100, 500, 1_000, 2_500, 5_000, 7_500, 10_000]
    assert first[7:] == [15_000, 20_000, 25_000, 30_000, 35_000, 40_000, 45_000, 50_000, 60_000]


def test_reaching_a_milestone_passes_it() -> None:
    assert milestones_between(99, 100) == [100]
    assert milestones_between(100, 499) == []


def test_a_large_batch_passes_several_in_order() -> None:
    assert milestones_between(0, 1_200) == [100, 500, 1_000]


@given(st.lists(st.integers(0, 3_000), max_size=20))
def test_each_is_passed_once_however_the_signatures_come(batches: list[int]) -> None:
    total, passed = 0, []

    for batch in batches:
        passed += milestones_between(total, total + batch)
        total += batch

    assert passed == milestones_between(0, total)


@given(st.integers(0, 2_000_000))
def test_the_next_milestone_lies_ahead_with_none_between(total: int) -> None:
    ahead = next_milestone(total)

    assert milestones_between(total, ahead) == [ahead]
