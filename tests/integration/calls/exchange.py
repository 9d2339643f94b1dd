"""A telephone exchange for the tests: `calls` on a real database, its carrier and its directory in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from services.calls.domain.call import Call, State
from services.calls.domain.call_campaign import CallCampaign, CampaignState
from services.calls.domain.directory import Boundary, Office, Representative, Riding, Snapshot
from services.calls.providers.fakes import FakeRepresent, FakeVoice
from services.calls.settings import CallsSettings
from services.calls.storage.call_rows import call_of
from services.calls.storage.records import Records
from services.calls.storage.tables import calls
from services.calls.use_cases.draft import draft
from services.calls.use_cases.launch import launch
from shared.bus.outcomes import Retry
from shared.domain_events.announcement import Announcement
from shared.domain_events.envelope import DomainEvent, Sealed
from shared.domain_events.notifications import ReplyReceived
from shared.domain_events.signatures import Consents, SignatureAdded
from shared.due_work.jobs import schedule
from shared.due_work.loop import DueWork
from shared.service import Assembly, Backbone
from shared.web.guard import Organizer
from tests.fixtures.console import csrf_token, sign_in
from tests.fixtures.services import deliver, posted
from tests.unit.calls.made import NOON
from tests.unit.calls.made import campaign as made_campaign

CURRENT = "federal-electoral-districts-2023-representation-order"
SPADINA = Riding(id="35099", name="Spadina—Harbourfront")
DAVENPORT = Riding(id="35022", name="Davenport")
VACANT = Riding(id="24001", name="Abitibi—Baie-James")
VANCOUVER = Riding(id="59034", name="Vancouver Centre")
MUTE = Riding(id="59001", name="Abbotsford")
SPADINA_LINE, DAVENPORT_LINE, OTTAWA_LINE = "+14165550110", "+14165550120", "+16135550130"
DIRECTORY = Snapshot(
    boundary_set=CURRENT,
    representatives=(
        Representative(
            name="Ana Dunn",
            riding=SPADINA,
            offices=(
                Office(kind="constituency", number=SPADINA_LINE),
                Office(kind="legislature", number=OTTAWA_LINE, extension="12"),
            ),
        ),
        Representative(name="Bo Roy", riding=DAVENPORT, offices=(Office(kind="constituency", number=DAVENPORT_LINE),)),
        Representative(name="Ed Chu", riding=VANCOUVER, offices=(Office(kind="constituency", number="+16045550140"),)),
        Representative(name="Cy Ames", riding=MUTE, offices=(Office(kind="constituency", number=None),)),
    ),
)
CODES = {
    "M5V2T6": [Boundary(boundary_set=CURRENT, riding=SPADINA)],
    "M6H1A1": [Boundary(boundary_set=CURRENT, riding=DAVENPORT)],
    "M5T1A1": [Boundary(boundary_set=CURRENT, riding=SPADINA), Boundary(boundary_set=CURRENT, riding=DAVENPORT)],
    "J9P1A1": [Boundary(boundary_set=CURRENT, riding=VACANT)],
    "V6B1A1": [Boundary(boundary_set=CURRENT, riding=VANCOUVER)],
    "V2S1A1": [Boundary(boundary_set=CURRENT, riding=MUTE)],
}
NOWHERE = "H0H0H0"
ORGANIZER = Organizer(id="organizer-1", name="Noor", role="organizer")


@dataclass
class Exchange:
    """The service in a test's hands. `moment` is its clock, which stands still until it is shifted."""

    backbone: Backbone
    assembly: Assembly
    settings: CallsSettings
    voice: FakeVoice
    represent: FakeRepresent
    client: FlaskClient
    moment: time_machine.Traveller

    def ask(self, question: Callable[[Records], Any]) -> Any:
        """Something of the records, in a transaction of its own."""
        with self.backbone.database.transaction() as transaction:
            return question(Records(transaction))

    def draft(self, **given: Any) -> CallCampaign:
        """A call campaign that nobody but organizers sees."""
        campaign = made_campaign(state=CampaignState.DRAFT, **given)
        self.ask(lambda records: draft(campaign, ORGANIZER.id, records))
        return campaign

    def launch(self, announcement: Announcement | None = None, **given: Any) -> CallCampaign:
        """A live call campaign."""
        campaign = self.draft(**given)
        self.ask(lambda records: launch(campaign.slug, announcement, records, self.backbone.clock()))
        return campaign

    def sign(self, number: str | None = "+14165550150", code: str | None = "M5V2T6", **given: Any) -> str:
        """Somebody signs the petition; their supporter id."""
        email = given.pop("email", f"{number}@example.org")
        id_ = self.backbone.fingerprints.supporter_id(email=email, phone=None)
        self.hear(signature_of(self.backbone, id_, number, code, **given))
        return id_

    def hear(self, event: DomainEvent, event_id: UUID | None = None) -> UUID:
        """A domain event arrives. Raises whatever the reaction raises."""
        return deliver(self.assembly, self.backbone, event, event_id)

    def is_retried(self, event: DomainEvent) -> bool:
        """Whether the service wants to hear a domain event later."""
        try:
            self.hear(event)
        except Retry:
            return True
        return False

    def work(self) -> None:
        """All the due work."""
        due = DueWork("calls", self.backbone.database, self.assembly.jobs, self.assembly.periodic)
        while due.step():
            pass

    def mirror(self) -> None:
        """The directory's daily job."""
        with self.backbone.database.transaction() as transaction:
            schedule(transaction, "mirror_directory", "periodic")
        self.work()

    def dial(self) -> bool:
        """One turn of the dialler."""
        return self.assembly.loops["dial"]()

    def look_after(self) -> bool:
        """One turn of looking after."""
        return self.assembly.loops["look after calls"]()

    def calls(self) -> list[Call]:
        """Every call, oldest first."""
        with self.backbone.database.transaction() as transaction:
            rows = transaction.execute(sa.select(calls).order_by(calls.c.requested_at, calls.c.id)).all()
        return [call_of(row) for row in rows]

    def call(self) -> Call:
        """The only call there is."""
        (only,) = self.calls()
        return only

    def states(self) -> list[State]:
        """The state of every call, oldest first."""
        return [call.state for call in self.calls()]

    def posted(self, kind: type[DomainEvent]) -> list[Any]:
        """What was posted of one type."""
        return [event for event in posted(self.backbone) if isinstance(event, kind)]

    def ring(self, number: str = "+14165550150", **given: Any) -> "Handset":
        """Somebody signs, answers CALL, and is being rung; a second after whatever happened before."""
        self.moment.shift(1)
        supporter_id = self.sign(number, **given)
        self.work()
        self.hear(reply_of(supporter_id))
        self.dial()
        return self.handset(self.calls()[-1])

    def handset(self, call: Call | None = None) -> "Handset":
        """The telephone that a call rings."""
        rung = call or self.call()
        assert rung.carrier_id is not None
        return Handset(self, rung.id, rung.carrier_id)

    def sign_in(self) -> None:
        """An organizer signs in."""
        sign_in(self.client, ORGANIZER, self.backbone.clock())

    def submit(self, page: str, action: str, form: dict[str, Any]) -> TestResponse:
        """Fill in a form of the console."""
        return self.client.post(action, data={**form, "csrf_token": self.token(page)})

    def token(self, page: str) -> str:
        """What proves that a form came from a page of ours."""
        found = csrf_token(self.client.get(page).text)
        assert found, f"{page} has no form"
        return found


@dataclass
class Handset:
    """A supporter's telephone, and the carrier between it and us. Its requests are signed as the carrier signs them."""

    exchange: Exchange
    call_id: UUID
    carrier_id: str

    def ask(self, step: str, **fields: str) -> TestResponse:
        """One request of the carrier about the call."""
        path = f"/webhooks/twilio/calls/{self.call_id}/{step}"
        form = {"CallSid": self.carrier_id, **fields}
        return self.exchange.client.post(path, data=form, headers=self.signature(path, form))

    def signature(self, path: str, form: dict[str, str]) -> dict[str, str]:
        """The header that proves that the carrier asks."""
        validator = RequestValidator(self.exchange.settings.twilio_auth_token)
        url = self.exchange.backbone.settings.public_url + path
        return {"X-Twilio-Signature": validator.compute_signature(url, form)}

    def status(self, word: str) -> None:
        """The carrier tells how the supporter's leg goes."""
        assert self.ask("status", CallStatus=word).status_code == 204

    def office_answers(self) -> None:
        """The carrier tells that the office answered."""
        fields = {"CallSid": f"{self.carrier_id}-office", "ParentCallSid": self.carrier_id}
        assert self.ask("office", CallStatus="in-progress", **fields).status_code == 204

    def answer(self) -> ET.Element:
        """The supporter answers; what is said to them."""
        self.status("ringing")
        return twiml(self.ask("answered", CallStatus="in-progress"))

    def press(self, key: str, step: str) -> ET.Element:
        """The supporter presses a key."""
        return twiml(self.ask(step, CallStatus="in-progress", Digits=key))

    def office_leg_ends(self, status: str, seconds: int = 0) -> ET.Element:
        """The leg to the office is over."""
        return twiml(self.ask("returned", DialCallStatus=status, DialCallDuration=str(seconds)))

    def walk(self, office: str = "completed", seconds: int = 60, said: str = "1") -> None:
        """A whole call, from the first ring to the last word."""
        self.answer()
        self.press("1", "confirmed")
        if office == "completed":
            self.office_answers()
        self.office_leg_ends(office, seconds)
        self.press(said, "reported")
        self.status("completed")


def twiml(response: TestResponse) -> ET.Element:
    """The verbs of an answer."""
    assert response.status_code == 200, response.text
    assert response.content_type.startswith("text/xml")
    return ET.fromstring(response.data)


def said(element: ET.Element) -> str:
    """Everything that is said, in order."""
    return " ".join(say.text or "" for say in element.iter("Say"))


def verbs(element: ET.Element) -> Sequence[str]:
    """The names of the verbs, in order."""
    return [child.tag for child in element]


def reply_of(
    supporter_id: str, meaning: str = "call", call_campaign: str | None = "call-in-day", **given: Any
) -> ReplyReceived:
    """An answer to a text, as `notifications` tells of it."""
    known: dict[str, Any] = {"reply_id": "r1", "received_at": NOON, "meaning": meaning, "call_campaign": call_campaign}
    return ReplyReceived(supporter_id=supporter_id, **(known | given))


def signature_of(
    backbone: Backbone,
    supporter_id: str,
    number: str | None,
    code: str | None,
    *,
    language: str = "en",
    call: bool = False,
    petition: str = "fix-pgwp",
    campaign: str = "status-for-all",
    signed_at: datetime | None = None,
) -> SignatureAdded:
    """A signature as `signatures` tells of it."""
    fields = {"name": "Maya Rao", "phone": number, "postal_code": code}
    sealed = backbone.vault.seal(supporter_id, fields, SignatureAdded.type)
    return SignatureAdded(
        signature_id=f"signature of {supporter_id}",
        petition=petition,
        campaign=campaign,
        supporter=Sealed(id=supporter_id, sealed=sealed),
        language=language,
        consents=Consents(email=False, text=True, call=call, wording="2026-11", language=language),
        has_email=False,
        has_phone=number is not None,
        signed_at=signed_at or backbone.clock(),
    )
