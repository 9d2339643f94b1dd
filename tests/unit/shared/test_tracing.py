"""A story has one id from the request to the text message that it sets off (W3C Trace Context)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.observability.tracing import Trace, current_trace, new_trace, trace_ids, traceparent, tracing

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def test_a_step_goes_on_with_the_story_it_is_handed() -> None:
    with tracing(f"00-{TRACE}-{SPAN}-01") as trace:
        handed_on = traceparent()

    assert trace.trace_id == TRACE
    assert trace.span_id != SPAN
    assert handed_on == f"00-{TRACE}-{trace.span_id}-01"


@pytest.mark.parametrize("flags", ["00", "01"])
def test_whether_a_story_is_recorded_is_for_its_beginner_to_say(flags: str) -> None:
    with tracing(f"00-{TRACE}-{SPAN}-{flags}"):
        assert traceparent().endswith(f"-{flags}")


def test_a_later_version_is_understood_as_far_as_it_goes() -> None:
    with tracing(f"01-{TRACE}-{SPAN}-01-more") as trace:
        assert trace.trace_id == TRACE


@pytest.mark.parametrize(
    "header",
    [
        *[None, "", "nonsense", TRACE, f"00-{TRACE}-{SPAN}", f"00-{TRACE.upper()}-{SPAN}-01", f"ff-{TRACE}-{SPAN}-01"],
        *[f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-{SPAN}-01\n", f" 00-{TRACE}-{SPAN}-01"],
    ],
)
def test_what_is_no_story_begins_a_new_one(header: str | None) -> None:
    with tracing(header) as trace:
        assert trace.trace_id != TRACE
        assert FORM.fullmatch(trace.traceparent)


@given(st.text(max_size=80))
def test_a_header_of_any_kind_leads_to_a_story(header: str) -> None:
    with tracing(header) as trace:
        assert FORM.fullmatch(trace.traceparent)


def test_a_step_ends_where_its_block_does() -> None:
    with tracing(f"00-{TRACE}-{SPAN}-01") as outer:
        with tracing(None) as inner:
            assert current_trace() == inner
        assert current_trace() == outer

    assert current_trace() is None


def test_outside_of_any_step_a_story_begins() -> None:
    assert FORM.fullmatch(traceparent())
    assert traceparent() != traceparent()


def test_no_two_stories_are_the_same() -> None:
    made = {new_trace() for _ in range(1000)}

    assert len({trace.trace_id for trace in made}) == 1000
    assert all(isinstance(trace, Trace) for trace in made)


def test_the_stories_of_a_batch_are_told_once_each_in_order() -> None:
    another = "0" * 31 + "1"

    told = trace_ids([f"00-{TRACE}-{SPAN}-01", "nonsense", f"00-{another}-{SPAN}-00", f"00-{TRACE}-{SPAN}-00"])

    assert told == [TRACE, another]
