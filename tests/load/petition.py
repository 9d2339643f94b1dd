"""What the stages sign: a petition that is open, and people who sign it, each a new one."""

import json
import secrets
from collections.abc import Iterator

from services.signatures.domain.consent_wording import CURRENT
from services.signatures.domain.petition import Petition, PetitionText, Target
from services.signatures.storage.petitions import Petitions
from services.signatures.use_cases import open as opening
from shared.clock import now
from shared.identifiers import new_id
from shared.service import assemble, service_named
from tests.load.machine import Machine
from tests.load.wrk import http_request

SLUG = "renew-work-permits"
JSON = ("Content-Type", "application/json")


def open_petition(components: Machine, *, and_tell: bool = False) -> None:
    """Open a petition in the machine's database; the other services hear of it only where they are told."""
    text = PetitionText(
        language="en",
        title="Renew work permits",
        body="Let those stay who study and work here.",
        letter_subject="Renew work permits",
        letter_body="I ask you to renew them.",
        thanks="Thank you.",
    )
    target = Target(id="minister", role="Minister", name="The Minister", email="minister@example.org")
    petition = Petition(id=new_id(), slug=SLUG, campaign="renew", texts=(text,), targets=(target,))
    backbone, _ = assemble(service_named("signatures"), components.settings)
    with backbone.database.transaction() as transaction:
        petitions = Petitions(transaction)
        petitions.add(petition, "bench", now())
        if and_tell:
            opening.open_petition(SLUG, None, petitions, now())
        else:
            petitions.keep(petition.open(now()))
    backbone.database.close()


def signing() -> bytes:
    """What one person sends who signs with all there is to fill in; nobody else has their e-mail."""
    person = secrets.token_hex(5)
    consents = {"email": True, "text": True, "call": False, "wording": CURRENT, "language": "en"}
    phone = f"+1416555{100 + secrets.randbelow(100):04d}"
    fields = {"name": f"Amrit {person}", "email": f"{person}@example.org", "phone": phone, "postal_code": "M5V2T6"}
    return json.dumps({**fields, "language": "en", "consents": consents}).encode()


def signings(number: int, path: str = f"/petitions/{SLUG}/signatures") -> Iterator[bytes]:
    """Requests of that many people."""
    return (http_request("POST", path, [JSON], signing()) for _ in range(number))
