"""The exchange, with a directory and at noon of a working day."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine

from services.calls.providers.fakes import FakeRepresent, FakeVoice
from services.calls.service import assemble_with
from services.calls.settings import CallsSettings
from shared.service import Service
from shared.settings import CoreSettings, load
from shared.web.app import create_app
from tests.fixtures.services import Fresh
from tests.integration.calls.exchange import CODES, DIRECTORY, Exchange
from tests.unit.calls.made import NOON


@pytest.fixture
def unmirrored(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh) -> Iterator[Exchange]:
    """An exchange that has just started, before its first directory."""
    backbone, _ = fresh("calls")
    settings = replace(load(CallsSettings), calls_per_second=50)
    voice, represent = FakeVoice(), FakeRepresent(DIRECTORY, CODES)
    assembly = assemble_with(backbone, settings, voice, represent)
    app = create_app([(migrated("calls"), backbone, assembly)], core_settings)
    with time_machine.travel(NOON, tick=False) as moment:
        yield Exchange(backbone, assembly, settings, voice, represent, app.test_client(), moment)


@pytest.fixture
def exchange(unmirrored: Exchange) -> Exchange:
    """An exchange that knows its MPs."""
    unmirrored.mirror()
    return unmirrored
