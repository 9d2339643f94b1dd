"""Take messages that are due in hand: check again, in the same transaction, whether each may still be sent.

Everything that can be done before a message is marked `sending` is done before: consent, quiet hours, opening what is
sealed, finding the words. Between the mark and the provider there is only the sending itself, so that a process that
is killed leaves as little as can be for `look_after` to find out about.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Connection

from services.notifications.domain.delivery import Drop, PutOff, Reason, State, heeds_quiet_hours, verdict
from services.notifications.storage.deliveries import Deliveries, Due
from services.notifications.use_cases.remember_contact import SEALED_AS
from services.notifications.use_cases.render import NoWords, Person
from services.notifications.use_cases.settle import settle
from shared.observability.logging import logger
from shared.privacy.vault import Vault
from shared.reaching.quiet_hours import STEP, QuietHours

# Twilio keeps a text for ten hours at most.
LONGEST_VALIDITY_SECONDS = 36_000
SHORTEST_VALIDITY_SECONDS = 10
T = TypeVar("T")
log = logger("take_in_hand")


class Hands:
    """Messages of one transaction that may be sent, one by one made ready, and what is noted of the others."""

    def __init__(self, transaction: Connection, vault: Vault, now: datetime) -> None:
        self._transaction = transaction
        self._vault = vault
        self._now = now

    def allowed(self, due: Sequence[Due], quiet_hours: QuietHours | None = None) -> list[tuple[Due, Person]]:
        """Those that may go now, each with whom it is for; the others are dropped or put off."""
        verdicts = [(one, verdict(one.delivery, one.standing, self._now, self._quiet(one, quiet_hours))) for one in due]
        late = {one.delivery.id: said.until for one, said in verdicts if isinstance(said, PutOff)}
        Deliveries(self._transaction).put_off(late)
        self.drop((one, said.reason) for one, said in verdicts if isinstance(said, Drop))
        return self._opened([one for one, said in verdicts if not isinstance(said, Drop | PutOff)])

    def each(self, allowed: Iterable[tuple[Due, Person]], make: Callable[[Due, Person], T]) -> list[tuple[Due, T]]:
        """What is made for each; one for which nothing can be made is dropped and holds up no other."""
        ready, wordless = [], []
        for due, person in allowed:
            try:
                ready.append((due, make(due, person)))
            except NoAddress:
                wordless.append((due, Reason.NO_ADDRESS))
            except NoWords:
                wordless.append((due, Reason.NO_WORDS))
            except Exception:
                log.exception("a message could not be written", delivery_id=str(due.delivery.id))
                wordless.append((due, Reason.NO_WORDS))
        self.drop(wordless)
        return ready

    def drop(self, dropped: Iterable[tuple[Due, Reason]]) -> None:
        """Settle messages that will not be sent."""
        reasons = {due.delivery.id: reason.value for due, reason in dropped}
        settle(self._transaction, State.DROPPED, reasons, self._now)

    def _opened(self, due: Sequence[Due]) -> list[tuple[Due, Person]]:
        sealed = [(one.delivery.supporter_id, one.sealed or "") for one in due]
        opened = list(zip(due, self._vault.open_many(sealed, SEALED_AS), strict=True))
        self.drop((one, Reason.ERASED) for one, person in opened if person is None)
        return [(one, person) for one, person in opened if person is not None]

    def _quiet(self, due: Due, quiet_hours: QuietHours | None) -> datetime | None:
        if quiet_hours is None or not heeds_quiet_hours(due.delivery):
            return None
        return _quiet_until(quiet_hours, _quarter(self._now), due.province)


class NoAddress(Exception):
    """There is no address on this channel."""


def valid_seconds(due: Due, now: datetime, quiet_hours: QuietHours) -> int | None:
    """How long the provider may keep a text: until what it tells of is over, or until the quiet hours begin."""
    ends = [due.standing.expires_at] if due.standing.expires_at else []
    if heeds_quiet_hours(due.delivery):
        begins = _quiet_from(quiet_hours, _quarter(now), due.province)
        ends += [begins] if begins else []
    if not ends:
        return None
    return max(SHORTEST_VALIDITY_SECONDS, min(LONGEST_VALIDITY_SECONDS, int((min(ends) - now).total_seconds())))


def _quarter(moment: datetime) -> datetime:
    """Nothing about quiet hours changes within a quarter of an hour, so that it is worked out once for all in it."""
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


@lru_cache(maxsize=64)
def _quiet_until(hours: QuietHours, quarter: datetime, province: str | None) -> datetime | None:
    return hours.over_at(quarter, province) if hours.are_on(quarter, province) else None


@lru_cache(maxsize=64)
def _quiet_from(hours: QuietHours, quarter: datetime, province: str | None) -> datetime | None:
    steps = LONGEST_VALIDITY_SECONDS // int(STEP.total_seconds())
    later = (quarter + STEP * step for step in range(1, steps + 1))
    return next((moment for moment in later if hours.are_on(moment, province)), None)
