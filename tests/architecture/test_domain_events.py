"""Every domain event is posted by somebody, read by somebody, and told of where people look."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from shared.domain_events.catalogue import POSTERS, catalogue, encoded
from shared.domain_events.envelope import DomainEvent
from tests.architecture.code import ROOT, assemblies, called, calls_in, modules, name, tree
from tests.contracts.domain_events.published import samples

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
    """The modules of the posting service that make it and post."""
    use_cases = modules(f"services/{event.poster}/use_cases")
    return [name(path) for path in use_cases if makes(path, event.__name__) and posts(path)]


def makes(path: Path, event: str) -> bool:
    """Whether a module calls a domain event's class, or has another function make one; reacting to it is neither."""
    return any(
        called(call) != "isinstance" and event in (called(call), *(getattr(one, "id", "") for one in call.args))
        for call in calls_in(tree(path))
    )


def posts(path: Path) -> bool:
    """Whether a module puts something into the outbox, itself or by its storage."""
    return any(called(call) in ("post", "post_many", "outbox_row") for call in calls_in(tree(path)))


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
def test_every_domain_event_is_declared_with_its_service_and_named_after_a_thing(type_: str) -> None:
    assert EVENTS[type_].__module__ == f"shared.domain_events.{EVENTS[type_].poster}"
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", type_)


@EACH
def test_every_domain_event_has_a_schema_and_a_sample_that_it_takes(type_: str) -> None:
    schema, kept = encoded(EVENTS[type_]).schema, [path for path in samples() if path.parent.name == type_]

    assert schema.fields
    assert kept


def test_no_two_domain_events_have_the_same_type() -> None:
    assert len(EVENTS) == len(catalogue())


def test_every_service_has_a_module_of_what_it_posts_and_the_catalogue_knows_it() -> None:
    """One that was forgotten there would be posted and never read, without a sample, a schema or a page."""
    catalogued = {module.__name__.rpartition(".")[2] for module in POSTERS}
    written = {path.stem for path in modules("shared/domain_events") if "poster = " in path.read_text()}

    assert catalogued == set(assemblies())
    assert written == catalogued


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
