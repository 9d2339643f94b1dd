"""A hall for the tests: `events` on a real database, and an organizer's and a supporter's browser before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from services.events.domain.attendance import Attendance, Headcount
from services.events.domain.gathering import Gathering, State
from services.events.storage.attendances import Attendances
from services.events.storage.gatherings import Gatherings
from services.events.storage.tables import attendances
from services.events.use_cases.draft import draft
from services.events.use_cases.schedule import schedule
from services.events.web.gathering_form import values_of
from shared.domain_events.envelope import DomainEvent
from shared.domain_events.notifications import ReplyReceived
from shared.service import Assembly, Backbone
from shared.web.guard import Organizer
from tests.fixtures.console import csrf_token, sign_in
from tests.fixtures.services import deliver, posted
from tests.unit.events.gatherings import rally

ORGANIZER = Organizer(id="organizer-1", name="Noor", role="organizer")
ADA = {"name": "Ada Lim", "email": "ada@example.org", "phone": "416 555 0123", "language": "en"}
PAGE = "/events/rally-toronto"


@dataclass
class Hall:
    """The service in a test's hands. `moment` is its clock, which stands still until it is moved."""

    backbone: Backbone
    assembly: Assembly
    client: FlaskClient
    moment: time_machine.Traveller

    def ask(self, question: Callable[[Connection], Any]) -> Any:
        """Something of the database, in a transaction of its own."""
        with self.backbone.database.transaction() as transaction:
            return question(transaction)

    def draft(self, **changes: Any) -> Gathering:
        """A gathering that only organizers see."""
        kept = rally(state=State.DRAFT, **changes)
        self.ask(lambda transaction: draft(kept, ORGANIZER.id, Gatherings(transaction)))
        return kept

    def schedule(self, **changes: Any) -> Gathering:
        """A gathering that was announced to nobody."""
        kept = self.draft(**changes)
        self.ask(lambda transaction: schedule(kept.slug, None, Gatherings(transaction), self.backbone.clock()))
        return kept

    def gatherings(self) -> list[Gathering]:
        """Every gathering as it is kept."""
        kept: list[Gathering] = self.ask(lambda transaction: Gatherings(transaction).all())
        return kept

    def known(self, slug: str = "rally-toronto") -> Gathering | None:
        """A gathering as it is kept."""
        found: Gathering | None = self.ask(lambda transaction: Gatherings(transaction).get(slug))
        return found

    def attend(self, slug: str = "rally-toronto", **changes: Any) -> TestResponse:
        """Somebody fills in the page's form."""
        return self.client.post(f"/events/{slug}/attend", data=ADA | changes)

    def supporter(self, email: str = ADA["email"]) -> str:
        """Who has an e-mail address."""
        return self.backbone.fingerprints.supporter_id(email=email, phone=None)

    def coming(self, slug: str = "rally-toronto") -> Headcount:
        """How many are coming."""
        counted: Headcount = self.ask(lambda transaction: Attendances(transaction).headcount(slug))
        return counted

    def attendance(self, supporter_id: str, slug: str = "rally-toronto") -> Attendance | None:
        """What somebody last said."""
        found: Attendance | None = self.ask(lambda transaction: Attendances(transaction).of(supporter_id, slug))
        return found

    def rows(self) -> list[Any]:
        """Every attendance as it is stored."""
        rows: list[Any] = self.ask(lambda transaction: transaction.execute(sa.select(attendances)).all())
        return rows

    def hear(self, event: DomainEvent, event_id: UUID | None = None) -> UUID:
        """A domain event arrives. Raises whatever the reaction raises."""
        return deliver(self.assembly, self.backbone, event, event_id)

    def reply(self, supporter_id: str, meaning: str = "yes", gathering: str | None = "rally-toronto") -> UUID:
        """Somebody answers a text now."""
        now = self.backbone.clock()
        return self.hear(
            ReplyReceived(
                reply_id="r1", supporter_id=supporter_id, meaning=meaning, gathering=gathering, received_at=now
            )
        )

    def posted(self, kind: type[DomainEvent]) -> list[Any]:
        """What was posted of one type."""
        return [event for event in posted(self.backbone) if isinstance(event, kind)]

    def sign_in(self) -> None:
        """An organizer signs in."""
        sign_in(self.client, ORGANIZER, self.backbone.clock())

    def submit(self, page: str, action: str, form: dict[str, Any]) -> TestResponse:
        """Fill in a form of the console."""
        return self.client.post(action, data={**form, "csrf_token": self.token(page)})

    def token(self, page: str) -> str:
        """What proves that a form came from a page of ours."""
        token = csrf_token(self.client.get(page).text)
        assert token, f"{page} has no form"
        return token


def form(**changes: Any) -> dict[str, Any]:
    """The console's form of the rally."""
    return values_of(rally()) | changes
