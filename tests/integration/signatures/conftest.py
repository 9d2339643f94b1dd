"""The office, empty and with a petition that is open."""

from collections.abc import Callable

import pytest

from shared.service import Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.fixtures.services import Fresh
from tests.integration.signatures.office import Office


@pytest.fixture
def office(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh) -> Office:
    """An office without a petition."""
    backbone, assembly = fresh("signatures")
    app = create_app([(migrated("signatures"), backbone, assembly)], core_settings)
    return Office(backbone, assembly, app.test_client())


@pytest.fixture
def open_office(office: Office) -> Office:
    """An office with an open petition."""
    office.open()
    return office


@pytest.fixture
def console(office: Office) -> Office:
    """An office in which an organizer is signed in."""
    office.sign_in()
    return office
