"""A crowd that has signed: stored, and told of in the outbox, by the use case that keeps signatures in production."""

import secrets
import time

import sqlalchemy as sa

from services.signatures.domain.consent_wording import CURRENT
from services.signatures.domain.petition import Petition
from services.signatures.domain.signature import Consents, Signer, Source
from services.signatures.storage.petitions import Petitions
from services.signatures.use_cases.keep_signatures import Signed, keep_signatures
from shared.clock import now
from shared.database import Database
from shared.observability.tracing import traceparent
from shared.outbox.outbox import COLUMNS
from shared.privacy.fingerprints import Fingerprints
from shared.service import assemble, service_named
from tests.load.machine import Machine
from tests.load.petition import SLUG, open_petition

BATCH = 1_000


class Crowd:
    """What `signatures` knows of them, to be published and counted as often as it takes."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def post_again(self) -> float:
        """Put what their signatures posted into the outbox once more, in one transaction; the moment it was there."""
        with self.database.transaction() as transaction:
            transaction.execute(_POST_AGAIN)
            return time.monotonic()

    def is_published(self) -> bool:
        """Whether the outbox is empty."""
        with self.database.statement() as connection:
            return not connection.scalar(sa.text("SELECT EXISTS (SELECT FROM outbox)"))

    def uncount(self) -> None:
        """Have none of them counted, and nothing heard of them."""
        with self.database.transaction() as transaction:
            transaction.execute(sa.text("TRUNCATE inbox, petition_totals, campaign_totals, milestones_reached, outbox"))
            transaction.execute(sa.text("UPDATE signatures SET counted = false"))
        # As little as the first time is left of the rows as they were.
        with self.database.statement() as connection:
            connection.execute(sa.text("VACUUM FULL ANALYZE signatures"))

    def counted(self) -> int:
        """The petition's total."""
        with self.database.statement() as connection:
            return connection.scalar(sa.text("SELECT total FROM petition_totals")) or 0


def crowd(components: Machine, number: int) -> Crowd:
    """So many people who have just signed."""
    open_petition(components)
    backbone, _ = assemble(service_named("signatures"), components.settings)
    with backbone.database.transaction() as transaction:
        found = Petitions(transaction).find(SLUG)
    assert found
    for first in range(0, number, BATCH):
        batch = [_signed(found.petition, backbone.fingerprints) for _ in range(min(BATCH, number - first))]
        keep_signatures(batch, backbone.database, backbone.vault)
    with backbone.database.transaction() as transaction:
        transaction.execute(sa.text("CREATE TABLE posted AS TABLE outbox"))
    return Crowd(backbone.database)


def _signed(petition: Petition, fingerprints: Fingerprints) -> Signed:
    person = secrets.token_hex(5)
    phone = f"+1416555{100 + secrets.randbelow(100):04d}"
    signer = Signer(name=f"Amrit {person}", email=f"{person}@example.org", phone=phone, postal_code="M5V2T6")
    consents = Consents(email=True, text=True, call=False, wording=CURRENT, language="en")
    supporter_id = fingerprints.supporter_id(email=signer.email, phone=signer.phone)
    return Signed(petition.sign(signer, supporter_id, "en", consents, Source.API, now()), traceparent())


_COLUMNS = ", ".join(COLUMNS)
_POST_AGAIN = sa.text(f"INSERT INTO outbox ({_COLUMNS}) SELECT {_COLUMNS} FROM posted ORDER BY sequence")
