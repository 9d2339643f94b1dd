"""Consumers for a test."""

from functools import partial

from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.patience import Patience
from tests.integration.backbone.bus import Bus
from tests.integration.backbone.tester.service import react_as

# Never gives up within a test.
ENDLESS = Patience(attempts=1_000_000, first_wait_seconds=0.05, longest_wait_seconds=0.2)


def patient(bus: Bus, patience: Patience, who: str = "tester") -> Consumer:
    """A consumer of the test's bus that tries as often as it is told."""
    connect = partial(connections.consumer, bus.settings, f"groundswell.{bus.name}")
    return Consumer(bus.name, react_as(who, bus.happened), bus.database, connect, bus.dead_letters(), patience)
