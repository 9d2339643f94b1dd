"""What becomes of a request when the real PostgreSQL refuses a value, is not ready, or goes away."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask, request

from services.organizers.service import assemble
from shared.database import Database, connect
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault
from shared.service import Assembly, Backbone, Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from shared.web.guard import public
from tests.fixtures.services import Fresh

Make = Callable[[str], Flask]


@pytest.fixture
def make(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh) -> Make:
    """`make(address)`: an app with one more view, which writes what it is sent to the database at that address."""

    def app_on(address: str) -> Flask:
        backbone, assembly = fresh("organizers")
        database = connect(address, "organizers")
        there = Backbone(core_settings, database, backbone.vault, backbone.fingerprints)
        pages = [*assembly.pages, _writing(database)]
        return create_app([(migrated("organizers"), there, Assembly(assembly.reactions, pages=pages))], core_settings)

    return app_on


def test_a_text_that_postgresql_cannot_keep_is_its_senders_problem(make: Make, core_settings: CoreSettings) -> None:
    client = make(core_settings.database_url).test_client()

    refused = client.post("/write", data=b"a\0b", headers={"Accept": "application/json"})
    kept = client.post("/write", data="ਸਤ ਸ੍ਰੀ ਅਕਾਲ".encode(), headers={"Accept": "application/json"})

    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert (kept.status_code, kept.text) == (200, "ਸਤ ਸ੍ਰੀ ਅਕਾਲ")


def test_a_number_that_postgresql_cannot_keep_is_its_senders_problem(make: Make, core_settings: CoreSettings) -> None:
    client = make(core_settings.database_url).test_client()

    assert client.post("/number", data="9" * 30).status_code == 422


def test_a_database_that_answers_is_ready(make: Make, core_settings: CoreSettings) -> None:
    answer = make(core_settings.database_url).test_client().get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_a_database_that_is_away_is_worth_another_try_and_the_process_stays_alive(make: Make) -> None:
    client = make("postgresql://groundswell@127.0.0.1:1").test_client()

    page = client.post("/write", data=b"x", headers={"Accept": "text/html"})

    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "Back in a moment" in page.text
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)


def test_the_console_says_so_too_when_it_cannot_check_the_session(
    core_settings: CoreSettings, migrated: Callable[[str], Service]
) -> None:
    away = connect("postgresql://groundswell@127.0.0.1:1", "organizers")
    backbone = _backbone_on(away, core_settings)
    client = create_app([(migrated("organizers"), backbone, assemble(backbone))], core_settings).test_client()
    with client.session_transaction() as session:
        session["organizer"] = {"id": "1", "name": "Amrit Kaur", "role": "owner"}
        session["session_id"] = "1"
        session["began_at"] = backbone.clock().timestamp()

    answer = client.get("/console", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Back in a moment" in answer.text


def _writing(database: Database) -> Blueprint:
    pages = Blueprint("writing", __name__)

    @pages.post("/write")
    @public
    def write() -> str:
        with database.transaction() as transaction:
            return str(transaction.execute(sa.text("SELECT CAST(:x AS text)"), {"x": request.data.decode()}).scalar())

    @pages.post("/number")
    @public
    def number() -> str:
        with database.transaction() as transaction:
            asked = sa.text("SELECT CAST(CAST(:x AS text) AS integer)")
            return str(transaction.execute(asked, {"x": request.data.decode()}).scalar())

    return pages


def _backbone_on(database: Database, settings: CoreSettings) -> Backbone:
    return Backbone(settings, database, Vault(database, settings.key_encryption_key), Fingerprints(settings.pepper))
