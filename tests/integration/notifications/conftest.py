"""Notifications with nobody in it yet."""

import os
from collections.abc import Callable, Iterator

import pytest
import time_machine

from services.notifications.settings import NotificationsSettings
from shared.clock import now
from shared.service import Service
from shared.settings import CoreSettings, load
from shared.web.app import create_app
from tests.fixtures.services import Fresh
from tests.integration.notifications.house import House, person
from tests.integration.notifications.sending import Sending


@pytest.fixture
def house(
    core_settings: CoreSettings,
    migrated: Callable[[str], Service],
    fresh: Fresh,
    monkeypatch: pytest.MonkeyPatch,
) -> House:
    """The service at any hour: its tests are run at night too."""
    monkeypatch.setitem(os.environ, "GROUNDSWELL_QUIET_HOURS", "none")
    backbone, assembly = fresh("notifications")
    app = create_app([(migrated("notifications"), backbone, assembly)], core_settings)
    return House(backbone, assembly, load(NotificationsSettings), app.test_client())


@pytest.fixture
def sending(house: House) -> Sending:
    """The sending loops, with providers that live in memory."""
    return Sending(house)


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until a test shifts it."""
    with time_machine.travel(now(), tick=False) as moment:
        yield moment


@pytest.fixture
def thanked(sending: Sending) -> Sending:
    """Somebody signed and agreed to texts; thanking them is planned."""
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    return sending
