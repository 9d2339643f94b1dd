"""An application that carries calls."""

import pytest

from tests.fixtures.application import Answer, Application
from tests.integration.sandbox.calling import ASK, CONFIRM, CONNECT, THANK


@pytest.fixture
def campaign(application: Application) -> Application:
    """An application that carries a call as Groundswell does: confirm, connect, ask, thank."""
    application.answers = {
        "/answered": Answer(CONFIRM),
        "/confirmed": Answer(CONNECT),
        "/returned": Answer(ASK),
        "/reported": Answer(THANK),
    }
    return application
