"""The one domain event that the tester posts and reacts to."""

from dataclasses import dataclass

from shared.domain_events.envelope import DomainEvent, about


@dataclass(frozen=True, kw_only=True)
class ThingHappened(DomainEvent):
    """Something happened, for the `number`th time."""

    type = "thing.happened"
    poster = "tester"
    keyed_by = "thing"

    thing: str = about("What it happened to; it keeps its order.")
    number: int = about("Counts up for each thing.")
    padding: str = about("Anything, to make it large.", default="")


def posted_by(poster: str) -> type[ThingHappened]:
    """The same domain event of another poster, so that each test can have a topic of its own."""
    posted = type("ThingHappened", (ThingHappened,), {"poster": poster, "__doc__": ThingHappened.__doc__})
    return dataclass(frozen=True, kw_only=True)(posted)
