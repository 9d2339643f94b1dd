"""Find a supporter's riding by their postal code."""

import random
from collections.abc import Sequence
from datetime import timedelta

from services.calls.domain.caller import Caller
from services.calls.domain.directory import ridings_of
from services.calls.domain.patience import Patience
from services.calls.providers.ports import ProviderFails, Represent
from services.calls.storage.records import Records
from services.calls.use_cases.note_ridings import note_ridings
from services.calls.use_cases.remember_caller import SEALED_AS
from shared.clock import Clock
from shared.database import Database
from shared.due_work import Job
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault
from shared.reaching.pace import Pace

PACE = "represent"
AFTER_A_FAILURE = timedelta(minutes=1)
WITHOUT_A_DIRECTORY = timedelta(seconds=5)


class Locate:
    """The job. Everybody's look-ups together keep to Represent's limit: one that must wait takes a slot ahead."""

    def __init__(
        self,
        database: Database,
        represent: Represent,
        vault: Vault,
        fingerprints: Fingerprints,
        clock: Clock,
        pace: Pace,
        patience: Patience,
    ) -> None:
        self._database = database
        self._represent = represent
        self._vault = vault
        self._fingerprints = fingerprints
        self._clock = clock
        self._pace = pace
        self._patience = patience

    def __call__(self, job: Job) -> None:
        """Answer from what is known, or take a slot, or ask Represent; it is asked outside any transaction."""
        with self._database.transaction() as transaction:
            records = Records(transaction)
            caller = records.callers.get(job.arguments["supporter_id"])
            code = self._postal_code(caller)
            if caller is None or code is None:
                job.finish(transaction)
                return
            version = records.directory.version()
            if version is None:
                job.postpone(transaction, self._clock() + WITHOUT_A_DIRECTORY)
                return
            known = records.directory.ridings_of_code(self._print_of(code), version.boundary_set)
            if known is not None:
                self._settle(job, caller, known, records)
                return
            if self._must_wait(job, records):
                return
        self._ask(job, caller, code, version.boundary_set)

    def _must_wait(self, job: Job, records: Records) -> bool:
        if job.cursor is not None:  # its slot has come
            return False
        now = self._clock()
        slot = records.paces(self._pace).reserve(PACE, now)
        if slot <= now:
            return False
        job.postpone(records.transaction, slot, cursor={"slot": slot.isoformat()})
        return True

    def _ask(self, job: Job, caller: Caller, code: str, boundary_set: str) -> None:
        try:
            boundaries = self._represent.boundaries_of(code)
        except ProviderFails:
            with self._database.transaction() as transaction:
                later = self._clock() + AFTER_A_FAILURE * random.uniform(1, 2)  # noqa: S311 - jitter is no secret
                job.postpone(transaction, later, cursor=None)  # its slot is used up
            return
        ridings = ridings_of(boundaries, boundary_set)
        found = [riding.id for riding in ridings]
        with self._database.transaction() as transaction:
            records = Records(transaction)
            records.directory.name_ridings(ridings)
            records.directory.keep_code(self._print_of(code), boundary_set, found, self._clock())
            self._settle(job, caller, found, records)

    def _settle(self, job: Job, looked_up: Caller, ridings: Sequence[str], records: Records) -> None:
        held = records.callers.hold(looked_up.supporter_id)
        if held is not None and held.sealed != looked_up.sealed:
            job.proceed(records.transaction, None)  # they gave another postal code meanwhile
            return
        if held is not None:
            note_ridings(held, ridings, records, self._clock(), self._patience)
        job.finish(records.transaction)

    def _postal_code(self, caller: Caller | None) -> str | None:
        if caller is None or caller.sealed is None:
            return None
        (contact,) = self._vault.open_many([(caller.supporter_id, caller.sealed)], SEALED_AS)
        return contact.get("postal_code") if contact else None

    def _print_of(self, code: str) -> str:
        return self._fingerprints.of("postal_code", code)
