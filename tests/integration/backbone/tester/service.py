"""How the tester reacts, and how it is put together as any service is."""

import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from shared.bus.outcomes import Reject, Retry, Skip
from shared.bus.reactions import Reactions, reactions
from shared.domain_events.envelope import Envelope
from shared.service import Assembly, Backbone, Service
from tests.integration.backbone.tester.language import ThingHappened
from tests.integration.backbone.tester.tables import acted, metadata, orders

MIGRATIONS = Path(__file__).parent / "migrations"


class ItBroke(Exception):
    """What a defect of a reaction looks like."""


def react_as(who: str, event: type[ThingHappened] = ThingHappened, *, together: bool = False) -> Reactions:
    """The tester's reactions, which sign what they do."""

    def react(envelope: Envelope, transaction: Connection) -> None:
        _act(who, envelope, transaction)

    def react_together(batch: Sequence[Envelope], transaction: Connection) -> None:
        for envelope in batch:
            _act(who, envelope, transaction)

    return reactions({}, {event: react_together}) if together else reactions({event: react})


def _act(who: str, envelope: Envelope, transaction: Connection) -> None:
    event = envelope.event
    assert isinstance(event, ThingHappened)
    transaction.execute(sa.insert(acted).values(thing=event.thing, number=event.number, by=who))
    match _order(event, transaction):
        case "retry":
            raise Retry("told to")
        case "reject":
            raise Reject("told to, by ada@example.org")
        case "skip":
            raise Skip("told to")
        case "break":
            raise ItBroke("told to")
        case "wait":
            while _order(event, transaction):
                time.sleep(0.02)


def _order(event: ThingHappened, transaction: Connection) -> str | None:
    mine = sa.and_(orders.c.thing == event.thing, orders.c.number == event.number)
    order: str | None = transaction.execute(sa.select(orders.c.order).where(mine)).scalar()
    return order


def assemble(_: Backbone) -> Assembly:
    """Put it together."""
    return Assembly(reactions=react_as("tester"))


service = Service("tester", assemble, metadata, MIGRATIONS)
# Its database lacks what every service's holds.
unmigrated = Service("unmigrated", assemble, metadata, MIGRATIONS)
