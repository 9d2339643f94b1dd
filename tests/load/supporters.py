"""Supporters who may be written to, in parts of which each is written to once, and what is announced to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from services.notifications.domain.broadcast import Broadcast, Numbers
from services.notifications.domain.consent import Reach
from services.notifications.domain.contact import Contact
from services.notifications.storage.contacts import Contacts
from services.notifications.storage.records import Records
from services.notifications.use_cases.remember_contact import seal
from shared.clock import now
from shared.domain_events.announcement import Audience, Wording
from shared.domain_events.calls import CallCampaignLaunched
from shared.identifiers import new_id
from shared.observability.tracing import traceparent
from shared.privacy.fingerprints import Fingerprints
from shared.service import Assembly, Backbone, assemble, service_named
from tests.load.machine import Machine

CAMPAIGN = "renew"
BATCH = 1_000
CHUNK = 10_000
FIELDS = {"title": "Call-in day for work permits", "link": "https://example.org/call-in-day"}
WORDING = Wording(
    language="en",
    text="{first_name}, today we ring our MPs. Reply CALL, or ask to be rung: {call_me_link}",
    email_subject="{title}",
    email_body="Dear {first_name},\n\ntoday we ring our MPs about **work permits**. It takes five minutes.\n\n"
    "[Ring me]({call_me_link}) or [read more]({link}).\n\nEveryone in {riding} counts.",
)


@dataclass(frozen=True)
class Supporters:
    """What `notifications` knows of them: parts alike in size."""

    backbone: Backbone
    assembly: Assembly
    parts: int
    in_each: int

    def announcement(self, channel: str, part: int | None = None) -> Broadcast:
        """What is announced, by text or by e-mail, to one part or to all."""
        everybody = self.in_each * (self.parts if part is None else 1)
        return Broadcast(
            id=new_id(),
            cause=new_id(),
            kind=CallCampaignLaunched.type,
            campaign=CAMPAIGN,
            fields={"en": FIELDS},
            audience=Audience(campaign=CAMPAIGN if part is None else _campaign_of(part)),
            channels=(channel,),
            wordings=(WORDING,),
            approved=Numbers(texts=everybody, emails=everybody),
            approved_by="bench",
            traceparent=traceparent(),
            created_at=now(),
            call_campaign="call-in-day",
        )

    def plan(self, broadcast: Broadcast) -> None:
        """Put all of it into the ledger, in one transaction, so that all of it is due at one moment."""
        with self.backbone.database.transaction() as transaction:
            records = Records(transaction)
            until: str | None = ""
            records.broadcasts.add(broadcast.planned_to_the_end(now()))
            while until is not None:
                rest = replace(broadcast, planned_until=until)
                until = records.planning.plan_chunk(rest, now(), {None: now()}, CHUNK).until

    def is_sent(self) -> bool:
        """Whether what became of every message is written."""
        with self.backbone.database.statement() as connection:
            return not connection.scalar(_UNSENT)

    def ledger(self) -> list[tuple[str, str, str]]:
        """Of each message its id, its state and the provider's id of it."""
        with self.backbone.database.statement() as connection:
            return [(str(row.id), row.state, row.provider_id or "") for row in connection.execute(_LEDGER)]

    def have_it_accepted(self) -> None:
        """Let the ledger say that the provider took all of it."""
        with self.backbone.database.statement() as connection:
            connection.execute(sa.text("UPDATE deliveries SET state = 'accepted', accepted_at = now()"))

    def forget_messages(self) -> None:
        """Empty the ledger."""
        with self.backbone.database.statement() as connection:
            connection.execute(sa.text("TRUNCATE deliveries, broadcasts"))


def supporters(components: Machine, parts: int, in_each: int) -> Supporters:
    """Get to know so many people."""
    backbone, assembly = assemble(service_named("notifications"), components.settings)
    people = [_person(number, number // in_each, backbone.fingerprints) for number in range(parts * in_each)]
    for first in range(0, len(people), BATCH):
        _add(backbone, people[first : first + BATCH])
    with backbone.database.statement() as connection:
        connection.execute(sa.text("VACUUM ANALYZE contacts"))
    return Supporters(backbone, assembly, parts, in_each)


def phone_of(number: int) -> str:
    """A telephone number that is nobody's, for each of the first eighty thousand; then what is none."""
    return f"+1{200 + number // 100}555{100 + number % 100:04d}"


def _add(backbone: Backbone, people: Sequence[Contact]) -> None:
    known = seal(people, backbone.vault, backbone.fingerprints)
    with backbone.database.transaction() as transaction:
        Contacts(transaction).add(known)


def _person(number: int, part: int, prints: Fingerprints) -> Contact:
    name = "Amrit " + "".join(chr(ord("a") + int(digit)) for digit in str(number)).capitalize()
    fields = {"name": name, "email": f"person{number}@example.org", "phone": phone_of(number)}
    return Contact(
        supporter_id=prints.supporter_id(email=fields["email"], phone=None),
        personal=fields,
        campaigns=(CAMPAIGN, _campaign_of(part)),
        may=frozenset(Reach),
    )


def _campaign_of(part: int) -> str:
    return f"{CAMPAIGN}-{part}"


_UNSENT = sa.text(
    "SELECT EXISTS (SELECT FROM deliveries WHERE broadcast_id IS NOT NULL AND state IN ('planned', 'sending'))"
)
_LEDGER = sa.text("SELECT id, state, provider_id FROM deliveries")
