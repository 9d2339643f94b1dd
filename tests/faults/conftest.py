"""A petition of its own for each test, on the session's whole stack."""

from collections.abc import Iterator

import pytest

from deploy.rehearsal.console import Console
from shared.settings import CoreSettings, load
from tests.faults.campaign import Campaign, open_petition, sign_in
from tests.fixtures.stack import RunningStack


@pytest.fixture(scope="session")
def stack_settings(stack: RunningStack) -> CoreSettings:
    """The stack's settings, as its processes read them."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in stack.settings.items():
            environment.setenv(name, value)
        return load(CoreSettings)


@pytest.fixture(scope="session")
def organizer(stack: RunningStack) -> Console:
    """An organizer who is signed in."""
    return sign_in(stack)


@pytest.fixture
def campaign(stack: RunningStack, stack_settings: CoreSettings, organizer: Console) -> Iterator[Campaign]:
    """A petition that nobody has signed yet."""
    opened = open_petition(stack, stack_settings, organizer)
    yield opened
    opened.close()
