"""Every domain event is posted by somebody, read by somebody, and told of where people look."""

import re
from dataclasses import fields

import pytest

from shared.domain_events.catalogue import catalogue
from shared.domain_events.envelope import DomainEvent
from tests.architecture.code import ROOT, assemblies, modules, names_used

EVENTS = {event.type: event for event in catalogue()}
EACH = pytest.mark.parametrize("type_", sorted(EVENTS))

# Agreed on, so that readers can be written, but nobody posts them yet; each with what is still missing.
POSTED_LATER = {
    "signature.confirmed": "signatures count at once; confirming by e-mail is for petitions that are attacked",
    "signature.invalidated": "nobody can strike out a signature yet",
    "petition.delivered": "the hand-in pack is a later issue",
    "gathering.changed": "a scheduled gathering can be cancelled, but not changed yet",
    "attendance.checked_in": "nobody is checked in at the door yet",
    "chapter.started": "starting a chapter is a later issue",
}
# Facts that are told because somebody outside, or later, will want to know; each with who.
READ_LATER = {
    "signature.confirmed": "see POSTED_LATER",
    "signature.invalidated": "see POSTED_LATER",
    "petition.milestone_reached": "a message or a press release at a round number",
    "attendance.changed": "a message to who moves up from the waiting list",
    "attendance.checked_in": "see POSTED_LATER",
    "chapter.started": "see POSTED_LATER",
    "call.requested": "the campaign's board of all actions",
    "message.settled": "the campaign's board of all actions",
    "broadcast.finished": "the organizer who announced it",
}


def posters_of(event: type[DomainEvent]) -> list[str]:
    """The modules of the posting service in which it is made."""
    made_in = modules(f"services/{event.poster}/use_cases")
    return [path.name for path in made_in if event.__name__ in names_used(path)]


def readers_of(event: type[DomainEvent]) -> list[str]:
    return [name for name, assembly in assemblies().items() if event in assembly.reactions.events]


@EACH
def test_every_domain_event_is_posted_by_its_service_or_listed(type_: str) -> None:
    posted = bool(posters_of(EVENTS[type_]))

    assert posted != (type_ in POSTED_LATER)


@EACH
def test_every_domain_event_is_read_by_somebody_or_listed(type_: str) -> None:
    read = bool(readers_of(EVENTS[type_]))

    assert read != (type_ in READ_LATER)


@EACH
def test_every_domain_event_says_what_it_and_each_of_its_fields_mean(type_: str) -> None:
    event = EVENTS[type_]

    assert (event.__doc__ or "").strip().endswith(".")
    assert all(one.metadata["meaning"].endswith(".") for one in fields(event))


@EACH
def test_every_domain_event_is_posted_by_a_service_and_named_after_a_thing(type_: str) -> None:
    assert EVENTS[type_].poster in assemblies()
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", type_)


def test_no_two_domain_events_have_the_same_type() -> None:
    assert len(EVENTS) == len(catalogue())


def row_of(service: str, title: str) -> set[str]:
    """The domain events that a row of a service's README names."""
    readme = (ROOT / "services" / service / "README.md").read_text()
    (row,) = re.findall(rf"^\| {title} \|(.*)\|$", readme, flags=re.MULTILINE)
    return set(re.findall(r"`([a-z_]+\.[a-z_]+)`", row))


@pytest.mark.parametrize("service", sorted(assemblies()))
def test_a_services_readme_names_what_it_posts(service: str) -> None:
    posted = {type_ for type_, event in EVENTS.items() if event.poster == service and posters_of(event)}

    assert row_of(service, "posts") == posted


@pytest.mark.parametrize("service", sorted(assemblies()))
def test_a_services_readme_names_what_it_reacts_to(service: str) -> None:
    assert row_of(service, "reacts to") == {event.type for event in assemblies()[service].reactions.events}
