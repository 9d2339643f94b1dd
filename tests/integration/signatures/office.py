"""A campaign office for the tests: `signatures` on a real database, its pages and its domain events in hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.signatures.domain.petition import ClosingReason, Petition, PetitionState
from services.signatures.storage.petitions import Petitions
from services.signatures.storage.tables import signatures
from services.signatures.storage.totals import Totals
from services.signatures.use_cases.close import close_petition
from shared.domain_events.envelope import DomainEvent
from shared.domain_events.signatures import SignatureAdded
from shared.due_work.jobs import schedule
from shared.due_work.loop import DueWork
from shared.service import Assembly, Backbone
from shared.web.guard import Organizer
from tests.fixtures.console import csrf_token, sign_in
from tests.fixtures.services import deliver, posted
from tests.unit.signatures.made import SLUG, petition

ORGANIZER = Organizer(id="organizer-1", name="Noor", role="organizer")
PAGE = f"/petitions/{SLUG}"
CONSENTS = {"email": True, "text": True, "call": False, "wording": "2026-11", "language": "en"}


def body(**changes: Any) -> dict[str, Any]:
    """What somebody sends to the API; a field that is changed to None is left out."""
    given = {
        "name": "Amrit Quaba",
        "email": "amrit@example.org",
        "phone": "416 555 0123",
        "postal_code": "m5v 2t6",
        "language": "en",
        "consents": CONSENTS,
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def form(**changes: Any) -> dict[str, Any]:
    """What somebody fills in on the page; a field that is changed to None is left out."""
    given = {
        "name": "Amrit Quaba",
        "email": "amrit@example.org",
        "phone": "",
        "postal_code": "M5V 2T6",
        "language": "en",
        "consent_email": "true",
        "wording": "2026-11",
        "wording_language": "en",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


@dataclass
class Office:
    """The service in a test's hands."""

    backbone: Backbone
    assembly: Assembly
    client: FlaskClient

    def open(self, **changes: Any) -> Petition:
        """A petition that is open, unless told otherwise."""
        made = petition(**changes)
        self.ask(lambda transaction: Petitions(transaction).add(made, ORGANIZER.id, self.backbone.clock()))
        return made

    def close(self, slug: str = SLUG) -> None:
        """Close a petition as another process would: this one learns of it only from the database."""
        self.ask(lambda t: close_petition(slug, ClosingReason.ENDED, Petitions(t), self.backbone.clock()))

    def sign(self, slug: str = SLUG, **changes: Any) -> TestResponse:
        """Somebody signs through the API."""
        return self.client.post(f"/petitions/{slug}/signatures", json=body(**changes))

    def crowd(self, size: int, slug: str = SLUG, first: int = 0) -> None:
        """That many people sign, one after the other."""
        for number in range(first, first + size):
            assert self.sign(slug, email=f"person.{number}@example.org", phone=None).status_code == 201

    def ask(self, question: Callable[[sa.Connection], Any]) -> Any:
        """Something of the database, in a transaction of its own."""
        with self.backbone.database.transaction() as transaction:
            return question(transaction)

    def rows(self) -> list[Any]:
        """Every signature there is."""
        return list(self.ask(lambda transaction: transaction.execute(sa.select(signatures)).all()))

    def posted(self, kind: type[DomainEvent]) -> list[Any]:
        """What waits in the outbox of one type, oldest first."""
        return [event for event in posted(self.backbone) if isinstance(event, kind)]

    def hear(self, event: DomainEvent, event_id: UUID | None = None) -> UUID:
        """A domain event arrives."""
        return deliver(self.assembly, self.backbone, event, event_id)

    def count(self) -> None:
        """The service hears of every signature that it posted."""
        for event in self.posted(SignatureAdded):
            self.hear(event)

    def total(self, slug: str = SLUG) -> int:
        """A petition's total in the database."""
        found = self.ask(lambda transaction: Petitions(transaction).find(slug))
        return int(found.total)

    def state(self, slug: str = SLUG) -> PetitionState:
        """What has become of a petition."""
        return PetitionState(self.ask(lambda transaction: Petitions(transaction).find(slug)).petition.state)

    def differences(self) -> list[Any]:
        """Where totals and signatures disagree."""
        return list(self.ask(lambda transaction: Totals(transaction).differences()))

    def opened(self, supporter_id: str, sealed: str, context: str) -> dict[str, Any]:
        """What a sealed text says."""
        return self.backbone.vault.open(supporter_id, sealed, context)

    def recount(self) -> datetime:
        """The nightly job; when it comes back."""
        self.ask(lambda transaction: schedule(transaction, "recount", "periodic"))
        due = DueWork("signatures", self.backbone.database, self.assembly.jobs, self.assembly.periodic)
        while due.step():
            pass
        moment: datetime = self.ask(lambda transaction: transaction.scalar(sa.text("SELECT due_at FROM jobs")))
        return moment

    def sign_in(self) -> None:
        """An organizer signs in."""
        sign_in(self.client, ORGANIZER, self.backbone.clock())

    def submit(self, page: str, action: str, fields: dict[str, Any]) -> TestResponse:
        """Fill in a form of the console."""
        return self.client.post(action, data={**fields, "csrf_token": self.token(page)})

    def token(self, page: str) -> str:
        """What proves that a form came from a page of ours."""
        token = csrf_token(self.client.get(page).text)
        assert token, f"{page} has no form"
        return token
