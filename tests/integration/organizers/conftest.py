"""`organizers` on an emptied database, with an emptied vault."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from services.organizers.service import assemble
from services.organizers.storage.people import People
from services.organizers.use_cases.erase import Erase
from services.organizers.use_cases.look_after_accounts import LookAfterAccounts
from shared.database import connect
from shared.privacy.tables import data_keys
from tests.fixtures.services import Fresh
from tests.integration.organizers.house import House
from tests.unit.web.sample import StandingClock


@pytest.fixture
def house(fresh: Fresh) -> Iterator[House]:
    """The service, ready."""
    clock = StandingClock()
    made, _ = fresh("organizers")
    backbone = replace(made, clock=clock)
    database, vault, prints = backbone.database, backbone.vault, backbone.fingerprints
    vault_database = connect(backbone.settings.database_url, "vault")
    with vault_database.transaction() as transaction:
        transaction.execute(sa.delete(data_keys))
    yield House(
        backbone=backbone,
        assembly=assemble(backbone),
        clock=clock,
        vault=vault_database,
        accounts=LookAfterAccounts(database, People(vault, prints), clock),
        erase=Erase(database, vault, prints, clock),
    )
    vault_database.close()
