"""How many calls an office's line is given at once."""

from hypothesis import given
from hypothesis import strategies as st

from services.calls.domain.office_line import OfficeLine

OUTCOMES = st.sampled_from(["completed", "busy", "no_answer", "failed", "cancelled"])


def test_a_busy_line_is_given_half_as_many_calls() -> None:
    for outcome in ("busy", "no_answer"):
        assert OfficeLine(limit=4).after(outcome, ceiling=4) == OfficeLine(limit=2)


def test_a_line_rises_by_one_only_after_as_many_answers_as_its_limit() -> None:
    line = OfficeLine(limit=2)

    once = line.after("completed", ceiling=4)
    twice = once.after("completed", ceiling=4)

    assert (once.limit, twice.limit) == (2, 3)


def test_one_busy_signal_forgets_the_answers_before_it() -> None:
    line = OfficeLine(limit=3, answered_in_a_row=2)

    assert line.after("busy", ceiling=3) == OfficeLine(limit=1, answered_in_a_row=0)


def test_what_is_no_word_about_the_line_changes_nothing() -> None:
    line = OfficeLine(limit=3, answered_in_a_row=1)

    assert line.after("failed", ceiling=3) == line
    assert line.after("cancelled", ceiling=3) == line


@given(st.lists(OUTCOMES, max_size=60), st.integers(1, 8), st.integers(0, 12))
def test_a_line_is_never_given_more_than_the_campaign_allows_nor_shut_for_good(
    outcomes: list[str], ceiling: int, calls_on_it: int
) -> None:
    line = OfficeLine(limit=ceiling)

    for outcome in outcomes:
        line = line.after(outcome, ceiling)

    assert 1 <= line.limit <= ceiling
    assert line.free(calls_on_it, ceiling) <= max(0, ceiling - calls_on_it)
    assert line.free(0, ceiling) >= 1
