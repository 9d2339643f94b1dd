"""Every domain event there is, found in the modules of the posting services."""

from collections.abc import Iterable
from functools import cache

from shared.domain_events import calls, events, notifications, organizers, signatures
from shared.domain_events.encoding import Encoded
from shared.domain_events.envelope import DomainEvent, Known

POSTERS = (signatures, events, calls, notifications, organizers)


@cache
def catalogue() -> tuple[type[DomainEvent], ...]:
    """The concrete domain events, by poster and in the order they are written."""
    return tuple(
        member
        for module in POSTERS
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, DomainEvent) and "type" in vars(member)
    )


def encoded(event: type[DomainEvent]) -> Encoded:
    """The reader and writer of one domain event."""
    if event not in _encoded:
        _encoded[event] = Encoded(event)
    return _encoded[event]


_encoded: dict[type[DomainEvent], Encoded] = {}


def known(events_: Iterable[type[DomainEvent]]) -> Known:
    """What a consumer can read, by CloudEvents type."""
    return {event.type: encoded(event) for event in events_}
