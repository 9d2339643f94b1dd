"""A service reacts to each domain event in its order, each as a step of its own story."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, create_mock_engine
from structlog.testing import capture_logs

from shared.bus.outcomes import Reject, Skip
from shared.bus.reactions import reactions
from shared.clock import now
from shared.domain_events.calls import CallCampaignEnded
from shared.domain_events.envelope import DomainEvent, Envelope
from shared.domain_events.organizers import SupporterErased
from shared.domain_events.signatures import MilestoneReached, PetitionClosed
from shared.identifiers import new_id
from shared.observability.tracing import current_trace, new_trace

# None of these reactions speaks to a database.
NOWHERE: Any = create_mock_engine("postgresql://", lambda *_: None)


def envelope(event: DomainEvent, traceparent: str = "") -> Envelope:
    return Envelope(new_id(), event.type, f"/groundswell/{event.poster}", now(), event.key, traceparent, event)


def closed(petition: str) -> Envelope:
    return envelope(PetitionClosed(petition=petition, campaign="c", reason="won"))


def ended(call_campaign: str) -> Envelope:
    return envelope(CallCampaignEnded(call_campaign=call_campaign, campaign="c"))


def noting(notes: list[str], what: str) -> Callable[[Envelope, Connection], None]:
    return lambda envelope, _: notes.append(f"{what} {envelope.subject}")


def test_each_is_reacted_to_in_the_order_of_the_batch() -> None:
    notes: list[str] = []
    ours = reactions({PetitionClosed: noting(notes, "closed"), CallCampaignEnded: noting(notes, "ended")})

    ours.act([closed("a"), ended("b"), closed("c")], NOWHERE)

    assert notes == ["closed a", "ended b", "closed c"]


def test_those_that_are_cheaper_together_come_together() -> None:
    batches: list[list[str]] = []

    def together(batch: Sequence[Envelope], _: Connection) -> None:
        batches.append([one.subject for one in batch])

    ours = reactions({CallCampaignEnded: lambda *_: None}, {PetitionClosed: together})

    ours.act([closed("a"), ended("b"), closed("c")], NOWHERE)
    ours.act([ended("d")], NOWHERE)

    assert batches == [["a", "c"]]


def test_what_nobody_reacts_to_is_passed_over() -> None:
    reactions({CallCampaignEnded: lambda *_: None}).act([closed("a")], NOWHERE)


def test_a_skip_ends_one_reaction_and_no_other() -> None:
    notes: list[str] = []

    def skip(one: Envelope, _: Connection) -> None:
        if one.subject == "a":
            raise Skip("nothing to do")
        notes.append(one.subject)

    with capture_logs() as lines:
        reactions({PetitionClosed: skip}).act([closed("a"), closed("b")], NOWHERE)

    assert notes == ["b"]
    assert [(line["event"], line["reason"]) for line in lines] == [("skipped", "nothing to do")]


def test_a_batch_may_be_skipped_too() -> None:
    def skip(_: Sequence[Envelope], __: Connection) -> None:
        raise Skip("nothing to do")

    with capture_logs() as lines:
        reactions({}, {PetitionClosed: skip}).act([closed("a"), closed("b")], NOWHERE)

    assert [(line["event"], line["events"]) for line in lines] == [("skipped", 2)]


def test_any_other_error_ends_the_batch() -> None:
    notes: list[str] = []

    def reject(_: Envelope, __: Connection) -> None:
        raise Reject("never")

    ours = reactions({PetitionClosed: reject, CallCampaignEnded: noting(notes, "ended")})

    with pytest.raises(Reject):
        ours.act([ended("a"), closed("b"), ended("c")], NOWHERE)
    assert notes == ["ended a"]


def test_a_reaction_is_a_step_of_the_story_it_heard_of() -> None:
    story, traces = new_trace(), []

    def note(_: Envelope, __: Connection) -> None:
        traces.append(current_trace())

    event = MilestoneReached(petition="a", campaign="c", milestone=5, total=5)
    reactions({MilestoneReached: note}).act([envelope(event, story.traceparent)], NOWHERE)

    (trace,) = traces
    assert trace
    assert trace.trace_id == story.trace_id
    assert trace.span_id != story.span_id
    assert current_trace() is None


def test_what_a_reaction_logs_says_which_event_it_was_about() -> None:
    event = closed("a")
    bound: list[dict[str, Any]] = []

    def note(_: Envelope, __: Connection) -> None:
        bound.append(structlog.contextvars.get_contextvars())

    reactions({PetitionClosed: note}).act([event], NOWHERE)

    assert bound == [{"event_id": str(event.id), "event_type": "petition.closed"}]
    assert structlog.contextvars.get_contextvars() == {}


def test_a_service_reads_the_topics_of_what_it_reacts_to() -> None:
    ours = reactions({PetitionClosed: lambda *_: None, SupporterErased: lambda *_: None}, {MilestoneReached: print})

    assert ours.topics == ["groundswell.organizers.v1", "groundswell.signatures.v1"]
    assert set(ours.known) == {"petition.closed", "supporter.erased", "petition.milestone_reached"}
