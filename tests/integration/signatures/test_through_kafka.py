"""Totals over the real bus: a signature goes to Kafka and comes back to be counted, also when it comes twice."""

from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa

from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.dead_letters import DeadLetters
from shared.bus.topics import create_topics
from shared.domain_events.organizers import SupporterErased
from shared.domain_events.signatures import MilestoneReached
from shared.outbox import post
from shared.outbox.relay import Relay
from shared.settings import CoreSettings
from tests.integration.backbone.bus import running, until
from tests.integration.signatures.office import Office

SERVICES = ("signatures", "organizers")


@pytest.fixture
def settings(core_settings: CoreSettings, kafka: str) -> CoreSettings:
    """Settings on the session's broker, with the topics that the service reads."""
    on_kafka = replace(core_settings, kafka=(kafka,))
    create_topics(on_kafka, SERVICES)
    return on_kafka


def relay(office: Office, settings: CoreSettings) -> Relay:
    return Relay("signatures", office.backbone.database, partial(connections.producer, settings))


def consumer(office: Office, settings: CoreSettings) -> Consumer:
    connect = partial(connections.consumer, settings, "groundswell.signatures")
    dead_letters = DeadLetters("signatures", partial(connections.producer, settings))
    return Consumer("signatures", office.assembly.reactions, office.backbone.database, connect, dead_letters)


def test_signatures_are_counted_over_the_bus_and_their_milestone_is_told(
    open_office: Office, settings: CoreSettings
) -> None:
    open_office.crowd(101)

    with running(relay(open_office, settings).run, consumer(open_office, settings).run):
        until(lambda: open_office.total() == 101, "all are counted")
        until(lambda: open_office.posted(MilestoneReached) == [], "the milestone is published too")

    told = sa.text("SELECT milestone FROM milestones_reached")
    assert open_office.ask(lambda transaction: transaction.execute(told).scalars().all()) == [100]
    assert open_office.differences() == []


def test_an_erasure_over_the_bus_drops_the_rows_and_keeps_the_total(
    open_office: Office, settings: CoreSettings
) -> None:
    open_office.crowd(3)
    gone = open_office.rows()[0].supporter_id
    erased = SupporterErased(supporter_id=gone, erased_at=open_office.backbone.clock())

    with running(relay(open_office, settings).run, consumer(open_office, settings).run):
        until(lambda: open_office.total() == 3, "all are counted")
        # It goes out by this relay here; which topic it comes on is for the event to say.
        open_office.ask(lambda transaction: post(transaction, erased))
        until(lambda: len(open_office.rows()) == 2, "their rows are gone")

    assert (open_office.total(), open_office.differences()) == (3, [])
