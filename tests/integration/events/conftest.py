"""The hall, some days before its rally."""

from collections.abc import Callable, Iterator

import pytest
import time_machine

from shared.service import Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.fixtures.services import Fresh
from tests.integration.events.hall import Hall
from tests.unit.events.gatherings import BEFORE


@pytest.fixture
def hall(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh) -> Iterator[Hall]:
    """`events` on an emptied database."""
    backbone, assembly = fresh("events")
    app = create_app([(migrated("events"), backbone, assembly)], core_settings)
    with time_machine.travel(BEFORE, tick=False) as moment:
        yield Hall(backbone, assembly, app.test_client(), moment)
