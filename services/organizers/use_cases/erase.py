"""A supporter asked to be forgotten: their key is destroyed, and every service hears of it.

The wish is a job first. The worker destroys the key, then posts `supporter.erased` in the transaction that removes the
job; killed in between, it finds the job again, the key gone, and posts. Nothing tells whether anybody was known.
"""

from collections.abc import Iterable

from services.organizers.domain.audit import SERVICE, Deed
from services.organizers.storage.records import Records
from shared.clock import Clock
from shared.database import Database
from shared.domain_events.organizers import SupporterErased
from shared.due_work import Job
from shared.outbox import post
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault


class Erase:
    """Takes the wish, and carries it out as a job."""

    def __init__(self, database: Database, vault: Vault, fingerprints: Fingerprints, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._fingerprints = fingerprints
        self._clock = clock

    def supporter_ids(self, email: str | None, phone: str | None) -> list[str]:
        """Every id that somebody with this address or number has: whoever gave both is known by the e-mail address."""
        ids = [self._fingerprints.supporter_id(email=email, phone=None)] if email else []
        return [*ids, self._fingerprints.of_phone(phone)] if phone else ids

    def ask(self, supporter_ids: Iterable[str], by: str) -> None:
        """Have these supporters erased; `by` is the organizer, or the terminal, that asks."""
        now = self._clock()
        with self._database.transaction() as transaction:
            records = Records(transaction)
            for supporter_id in supporter_ids:
                records.erasures.add(supporter_id, now)
                records.audit.note(Deed.ERASURE_ASKED, by, supporter_id, now)

    def is_done(self, supporter_ids: Iterable[str]) -> bool:
        """Whether nothing is left to do about them."""
        with self._database.transaction() as transaction:
            return not Records(transaction).erasures.is_waiting(supporter_ids)

    def carry_out(self, job: Job) -> None:
        """Erase one of those who wait for it. Raises `LeaseIsLost` where another worker has it now."""
        supporter_id = str(job.arguments["supporter_id"])
        self._vault.erase(supporter_id)
        now = self._clock()
        with self._database.transaction() as transaction:
            post(transaction, SupporterErased(supporter_id=supporter_id, erased_at=now))
            Records(transaction).audit.note(Deed.SUPPORTER_ERASED, SERVICE, supporter_id, now)
            job.finish(transaction)
