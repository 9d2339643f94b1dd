"""The session's stack, under load for as long as it is looked at here."""

from collections.abc import Iterator

import pytest

from tests.fixtures.stack import RunningStack
from tests.integration.outside.busy import Busy, busy_stack


@pytest.fixture(scope="package")
def busy(stack: RunningStack) -> Iterator[Busy]:
    """A campaign is played and a crowd signs."""
    with busy_stack(stack) as playing:
        yield playing
