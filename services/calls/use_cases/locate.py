"""Find a supporter's riding by their postal code, tell everybody, and aim the calls that waited for it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.calls.domain.call import Aim, CalledOff, Ending
from services.calls.domain.caller import Caller
from services.calls.domain.directory import aim, ridings_of
from services.calls.domain.patience import Patience
from services.calls.providers.ports import ProviderFails, Represent
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import move_on
from services.calls.use_cases.remember_caller import SEALED_AS
from shared.clock import Clock
from shared.database import Database
from shared.domain_events.calls import SupporterLocated
from shared.due_work import Job
from shared.outbox import post
from shared.pace import Pace
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

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
                job.postpone(transaction, later)
            return
        ridings = ridings_of(boundaries, boundary_set)
        found = [riding.id for riding in ridings]
        with self._database.transaction() as transaction:
            records = Records(transaction)
            records.directory.name_ridings(ridings)
            records.directory.keep_code(self._print_of(code), boundary_set, found, self._clock())
            self._settle(job, caller, found, records)

    def _settle(self, job: Job, looked_up: Caller, ridings: Sequence[str], records: Records) -> None:
        held = records.callers.get(looked_up.supporter_id, to_change=True)
        if held is not None and held.sealed != looked_up.sealed:
            job.proceed(records.transaction, None)  # they gave another postal code meanwhile
            return
        if held is not None:
            place(held, ridings, records, self._clock(), self._patience)
        job.finish(records.transaction)

    def _postal_code(self, caller: Caller | None) -> str | None:
        if caller is None or caller.sealed is None:
            return None
        (contact,) = self._vault.open_many([(caller.supporter_id, caller.sealed)], SEALED_AS)
        return contact.get("postal_code") if contact else None

    def _print_of(self, code: str) -> str:
        return self._fingerprints.of("postal_code", code)


def place(caller: Caller, ridings: Sequence[str], records: Records, now: datetime, patience: Patience) -> None:
    """Note where a caller lives, tell everybody, and aim the calls of theirs that waited for it."""
    named = records.directory.ridings(ridings)
    located = caller.live_in([riding.id for riding in named], named[0].province if named else None)
    records.callers.keep(located)
    post(
        records.transaction,
        SupporterLocated(
            supporter_id=caller.supporter_id,
            ridings=located.ridings or (),
            riding_names=tuple(riding.name for riding in named),
            province=located.province,
        ),
    )
    _aim_waiting(located, records, now, patience)


def _aim_waiting(caller: Caller, records: Records, now: datetime, patience: Patience) -> None:
    for call in records.calls.waiting_of(caller.supporter_id):
        campaign = records.campaigns.get(call.call_campaign)
        if call.aim != Aim.PENDING or campaign is None:
            continue
        target = aim(
            caller.ridings,
            first_will_do=campaign.first_riding_by_text,
            has_fallback=campaign.fallback is not None,
            lines_of=records.directory.lines_of,
        )
        if isinstance(target, Ending):
            move_on(call, call.hear(CalledOff(target)), records, now, patience)
        else:
            records.calls.keep_aim(replace(call, aim=target.aim, riding=target.riding))
