"""Stages on which things are misused: one a module, as nothing may come of any misuse."""

from collections.abc import Callable, Iterator

import pytest
import time_machine

from shared.database import Database, connect
from shared.service import Service, assemble
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.fixtures.services import empty
from tests.integration.misuse.misuse import Stage
from tests.unit.calls.made import NOON


@pytest.fixture(scope="module")
def raise_stage(core_settings: CoreSettings, migrated: Callable[[str], Service]) -> Iterator[Callable[..., Stage]]:
    """`raise_stage("signatures")`: an app of the named services on emptied databases, at noon of a working day."""
    opened: list[Database] = []

    def make(*names: str) -> Stage:
        parts = [(migrated(name), *assemble(migrated(name), core_settings)) for name in names]
        opened.extend(backbone.database for _, backbone, _ in parts)
        for _, backbone, _ in parts:
            with backbone.database.transaction() as transaction:
                empty(transaction)
        vault = connect(core_settings.database_url, "vault")
        opened.append(vault)
        backbones = {service.name: backbone for service, backbone, _ in parts}
        return Stage(create_app(parts, core_settings).test_client(), backbones, vault)

    with time_machine.travel(NOON, tick=False):
        yield make
    for database in opened:
        database.close()
