"""Notifications on a real database, with people who sign, come and write, as the world tells of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import Row
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from services.notifications.domain.broadcast import Broadcast
from services.notifications.settings import NotificationsSettings
from services.notifications.storage.records import Records
from services.notifications.storage.tables import consents, contacts, deliveries
from shared.clock import now
from shared.domain_events.announcement import Announcement, Audience, Wording
from shared.domain_events.calls import CallCampaignLaunched, CallCampaignText
from shared.domain_events.envelope import DomainEvent, Envelope, Sealed
from shared.domain_events.events import AttendanceAdded, GatheringScheduled, GatheringText
from shared.domain_events.signatures import Consents, PetitionOpened, PetitionText, SignatureAdded, Target
from shared.due_work.loop import DueWork
from shared.identifiers import new_id
from shared.observability.tracing import traceparent
from shared.service import Assembly, Backbone
from shared.web.guard import Organizer
from tests.fixtures.console import csrf_token, sign_in
from tests.fixtures.services import deliver, posted

E = TypeVar("E", bound=DomainEvent)
T = TypeVar("T")
ENGLISH = PetitionText(
    language="en",
    title="Fix permits",
    letter_subject="S",
    letter_body="Dear {target_name}",
    thanks="Thanks {first_name}",
)
FRENCH = PetitionText(
    language="fr", title="Les permis", letter_subject="S", letter_body="Bonjour {target_name}", thanks="Merci"
)
TARGETS = (
    Target(id="pm", role="Prime Minister", name="Jordan Lavoie", email="pm@example.ca"),
    Target(id="minister", role="Minister", name="Ariane Whitfield", email="minister@example.ca"),
)
EVERYBODY = Audience()


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody invented, and what they tick."""

    name: str = "Ada Quabacedri"
    email: str | None = None
    phone: str | None = None
    language: str = "en"
    agrees_to: tuple[str, ...] = ("text", "email")


def person(number: int, **given: Any) -> Person:
    """The person of a number, with a telephone and an address of their own."""
    known = {"email": f"person{number}@example.org", "phone": f"+1416555{100 + number:04d}"}
    return Person(**(known | given))


@dataclass
class House:
    """The service, and what the world tells it."""

    backbone: Backbone
    assembly: Assembly
    settings: NotificationsSettings
    client: FlaskClient
    _sid: int = field(default=0)

    def id_of(self, who: Person) -> str:
        """Their supporter id."""
        return self.backbone.fingerprints.supporter_id(email=who.email, phone=who.phone)

    def phone_id(self, who: Person) -> str:
        """The fingerprint of their telephone."""
        assert who.phone
        return self.backbone.fingerprints.of_phone(who.phone)

    def hear(self, event: DomainEvent, event_id: UUID | None = None) -> UUID:
        """A domain event arrives; its id."""
        return deliver(self.assembly, self.backbone, event, event_id)

    def hear_together(self, events: Iterable[DomainEvent]) -> None:
        """A batch arrives."""
        envelopes = [
            Envelope(new_id(), event.type, "/test", now(), event.key, traceparent(), event) for event in events
        ]
        with self.backbone.database.transaction() as transaction:
            self.assembly.reactions.act(envelopes, transaction)

    def open_petition(self, slug: str = "fix-pgwp", announcement: Announcement | None = None) -> UUID:
        """A petition takes signatures."""
        return self.hear(
            PetitionOpened(
                petition=slug,
                campaign="status-for-all",
                texts=(ENGLISH, FRENCH),
                targets=TARGETS,
                announcement=announcement,
            )
        )

    def sign(self, *people: Person, petition: str = "fix-pgwp", event_id: UUID | None = None) -> list[UUID]:
        """They sign; the ids of the events."""
        return [self.hear(self.signature(who, petition), event_id) for who in people]

    def signature(self, who: Person, petition: str = "fix-pgwp", at: datetime | None = None, **given: Any) -> Any:
        """The event of a signature."""
        fields = {"name": who.name, "email": who.email, "phone": who.phone, "postal_code": "M5V2T6"}
        sealed = self.backbone.vault.seal(self.id_of(who), fields, SignatureAdded.type)
        known: dict[str, Any] = {
            "signature_id": str(new_id()),
            "petition": petition,
            "campaign": "status-for-all",
            "supporter": Sealed(id=self.id_of(who), sealed=sealed),
            "language": who.language,
            "consents": Consents(
                **{channel: channel in who.agrees_to for channel in ("email", "text", "call")},
                wording="2026-11",
                language=who.language,
            ),
            "has_email": who.email is not None,
            "has_phone": who.phone is not None,
            "signed_at": at or now(),
        }
        return SignatureAdded(**(known | given))

    def come(self, who: Person, **given: Any) -> UUID:
        """They say on a page that they are coming."""
        fields = {"name": who.name, "email": who.email, "phone": who.phone}
        sealed = self.backbone.vault.seal(self.id_of(who), fields, AttendanceAdded.type)
        known: dict[str, Any] = {
            "attendance_id": str(new_id()),
            "gathering": "toronto-rally",
            "campaign": "rallies",
            "supporter_id": self.id_of(who),
            "supporter": Sealed(id=self.id_of(who), sealed=sealed),
            "via": "page",
            "cause": "page:1",
            "language": who.language,
        }
        return self.hear(AttendanceAdded(**(known | given)))

    def write(
        self, who: Person | str, body: str, *, sid: str | None = None, opt_out_type: str = "", signed: bool = True
    ) -> TestResponse:
        """They write us a text, and Twilio tells us."""
        self._sid += 1
        form = {
            "MessageSid": f"SM{self._sid:032d}" if sid is None else sid,
            "From": who if isinstance(who, str) else who.phone or "",
            "To": self.settings.twilio_text_from,
            "Body": body,
        } | ({"OptOutType": opt_out_type} if opt_out_type else {})
        address = "/webhooks/twilio/messages"
        validator = RequestValidator(self.settings.twilio_auth_token)
        signature = validator.compute_signature(self.backbone.settings.public_url + address, form)
        return self.client.post(address, data=form, headers={"X-Twilio-Signature": signature if signed else "x"})

    def work(self) -> None:
        """Do all due work that is due now, but for what comes back by itself."""
        due = DueWork("notifications", self.backbone.database, self.assembly.jobs, {})
        while due.step():
            pass

    def tidy(self) -> None:
        """Do once what comes back by itself."""
        for kind, periodic in self.assembly.periodic.items():
            due = DueWork("notifications", self.backbone.database, {}, {kind: periodic})
            due._plan_periodic()
            with self.backbone.database.transaction() as transaction:
                transaction.execute(sa.text("UPDATE jobs SET due_at = now() - interval '1 hour'"))
            assert due.step()

    def ask(self, question: Callable[[Records], T]) -> T:
        """What the storage says."""
        with self.backbone.database.transaction() as transaction:
            return question(Records(transaction))

    def rows(self, table: sa.Table, *which: sa.ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Rows of a table."""
        with self.backbone.database.transaction() as transaction:
            return transaction.execute(sa.select(table).where(*which)).all()

    def ledger(self, **which: Any) -> list[Row[Any]]:
        """Lines of the ledger whose columns are these."""
        found = self.rows(deliveries, *(deliveries.c[name] == value for name, value in which.items()))
        return sorted(found, key=lambda row: (row.planned_at, row.channel, row.target))

    def contact(self, who: Person) -> Any:
        """Their row."""
        (row,) = self.rows(contacts, contacts.c.supporter_id == self.id_of(who))
        return row

    def said(self, who: Person) -> list[tuple[str, str, str]]:
        """The consents of somebody: channel, kind and source, oldest first."""
        found = self.rows(consents, consents.c.supporter_id == self.id_of(who))
        ordered = sorted(found, key=lambda row: (row.at, row.channel))
        return [(row.channel, row.kind, row.source) for row in ordered]

    def set_states(self, state: str, **which: Any) -> None:
        """As if the loops had sent what is planned."""
        mine = sa.and_(*(deliveries.c[name] == value for name, value in which.items()))
        changed = sa.update(deliveries).where(mine, deliveries.c.state == "planned")
        with self.backbone.database.transaction() as transaction:
            transaction.execute(changed.values(state=state, sending_at=sa.func.clock_timestamp()))

    def posted(self, kind: type[E]) -> list[E]:
        """What was posted of a kind."""
        return [event for event in posted(self.backbone) if isinstance(event, kind)]

    def broadcasts(self) -> list[Broadcast]:
        """The broadcasts, newest first."""
        return self.ask(lambda records: records.broadcasts.newest(100))

    def broadcast(self) -> Broadcast:
        """The only broadcast."""
        (only,) = self.broadcasts()
        return only

    def sign_in(self) -> None:
        """Sign an organizer in."""
        sign_in(self.client, Organizer("olivia", "Olivia", "organizer"), now())

    def csrf_from(self, page: str) -> str:
        """The token in the forms of a page."""
        return csrf_token(self.client.get(page).text)


def announcement(
    channels: tuple[str, ...] = ("text", "email"),
    *,
    texts: int = 100,
    emails: int = 100,
    rings: int = 0,
    audience: Audience = EVERYBODY,
    languages: tuple[str, ...] = ("en", "fr"),
) -> Announcement:
    """An announcement that an organizer approved."""
    wordings = tuple(
        Wording(language=one, text=f"{one} {{title}}", email_subject=f"{one}", email_body="{link}") for one in languages
    )
    return Announcement(
        audience=audience,
        channels=channels,
        wordings=wordings,
        counted_texts=texts,
        counted_emails=emails,
        counted_rings=rings,
        approved_by="olivia",
    )


def rally(kind: type[Any] = GatheringScheduled, announced: Announcement | None = None, **given: Any) -> Any:
    """A gathering next week, as an event tells of it."""
    starts = now().astimezone(UTC).replace(microsecond=0) + timedelta(days=7)
    known: dict[str, Any] = {
        "gathering": "toronto-rally",
        "campaign": "rallies",
        "kind": "rally",
        "texts": (GatheringText(language="en", title="Rally"), GatheringText(language="fr", title="Manif")),
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "time_zone": "America/Toronto",
        "place": "344 Bloor Street West",
        "city": "Toronto",
        "announcement": announced,
    }
    return kind(**(known | given))


def call_in_day(announced: Announcement | None = None, **given: Any) -> CallCampaignLaunched:
    """A call campaign, as its event tells of it."""
    known: dict[str, Any] = {
        "call_campaign": "call-in-day",
        "campaign": "status-for-all",
        "texts": (CallCampaignText(language="en", title="Call-in day", reason="To renew permits."),),
        "opens_at": now(),
        "closes_at": now() + timedelta(days=2),
        "announcement": announced,
    }
    return CallCampaignLaunched(**(known | given))
