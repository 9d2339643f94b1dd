"""What the tests of `organizers` have in common: the service on a clock that stands, and browsers that visit it."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.organizers.domain.account import Person, Role
from services.organizers.domain.audit import Deed
from services.organizers.service import service
from services.organizers.storage.records import Records
from services.organizers.use_cases.erase import Erase
from services.organizers.use_cases.look_after_accounts import LookAfterAccounts
from shared.database import Database
from shared.due_work.loop import DueWork
from shared.privacy.tables import data_keys
from shared.service import Assembly, Backbone
from shared.web.app import create_app
from tests.fixtures.console import csrf_token
from tests.unit.web.sample import StandingClock

EMAIL = "amrit@example.org"
NAME = "Amrit Kaur"
PASSWORD = "four walls and a river"


@dataclass
class Browser:
    """Keeps cookies, and sends the CSRF token of the page it posts from."""

    client: FlaskClient
    address: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Accept": "text/html"}, environ_base={"REMOTE_ADDR": self.address})

    def post(self, path: str, *, from_page: str, **fields: str) -> TestResponse:
        token = csrf_token(self.get(from_page).text)
        return self.client.post(
            path,
            data={"csrf_token": token, **fields},
            headers={"Accept": "text/html"},
            environ_base={"REMOTE_ADDR": self.address},
        )

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post(
            "/console/sign-in", from_page="/console/sign-in", **{"email": email, "password": password, **fields}
        )

    def sign_out(self) -> TestResponse:
        return self.post("/console/sign-out", from_page="/console")

    def erase(self, **fields: str) -> TestResponse:
        return self.post("/console/erase", from_page="/console/erase", **fields)


@dataclass
class House:
    """The service, its database and the vault's, and who comes and goes."""

    backbone: Backbone
    assembly: Assembly
    clock: StandingClock
    vault: Database
    accounts: LookAfterAccounts
    erase: Erase

    def add(self, email: str = EMAIL, role: Role = Role.ORGANIZER, name: str = NAME) -> str:
        return self.accounts.add(Person(name, email), role, PASSWORD, "test")

    def browser(self, address: str = "198.51.100.7") -> Browser:
        app = create_app([(service, self.backbone, self.assembly)], self.backbone.settings)
        return Browser(app.test_client(), address)

    def work(self) -> None:
        """Do what is due, as a worker does."""
        due = DueWork("organizers", self.backbone.database, self.assembly.jobs, {})
        while due.step():
            pass

    def deeds(self) -> list[Deed]:
        """What the audit log says was done, in order."""
        with self.backbone.database.transaction() as transaction:
            return [entry.deed for entry in reversed(Records(transaction).audit.newest(1000))]

    def known_keys(self) -> set[str]:
        """Whose keys are in the vault."""
        with self.vault.transaction() as transaction:
            return set(transaction.execute(sa.select(data_keys.c.supporter_id)).scalars())
