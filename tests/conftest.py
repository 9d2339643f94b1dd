"""Fixtures for every test: real PostgreSQL and Kafka, and services assembled on them."""

import os

from deploy.local import ports
from tests.side_by_side import SIDE, SIDES

pytest_plugins = ["tests.fixtures.stack", "tests.fixtures.services", "tests.fixtures.sandbox"]


def pytest_configure() -> None:
    """Look for free ports in a range of this process's own: two might find the same ones free at the same moment."""
    side = int(os.environ.get(SIDE, "0"))
    size = len(ports.TEST_PORTS) // SIDES
    ports.TEST_PORTS = ports.TEST_PORTS[side * size : (side + 1) * size]
