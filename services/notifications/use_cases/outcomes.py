"""What came of messages that were in hand, written for a whole batch in one transaction."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.notifications.domain.delivery import Channel, Patience, Reason, State, try_again_at
from services.notifications.domain.receipt import OPTED_OUT
from services.notifications.providers.ports import OutcomeUnknown, ProviderFails, Refused, TryLater
from services.notifications.storage.deliveries import Deliveries, Due, PutBack
from services.notifications.storage.records import Records
from services.notifications.use_cases.heed import heed
from services.notifications.use_cases.settle import count, settle
from shared.identifiers import new_id
from shared.privacy.fingerprints import Fingerprints


@dataclass(frozen=True)
class Taken:
    """The provider took it."""

    provider_id: str


@dataclass(frozen=True)
class NotStarted:
    """It waited too long in this worker's hands, and was not sent."""


Outcome = Taken | NotStarted | ProviderFails


@dataclass(frozen=True)
class Tried:
    """One message that was in hand since `sending_at`, and what came of it.

    `request_id` is the request it went in, `together` how many went in that.
    """

    due: Due
    sending_at: datetime
    outcome: Outcome
    request_id: UUID | None = None
    together: int = 1


def write_outcomes(
    tried: Sequence[Tried], transaction: Connection, prints: Fingerprints, now: datetime, patience: Patience
) -> None:
    """Move the ledger on, and see to addresses that are no good."""
    by_kind: dict[type[object], list[Tried]] = defaultdict(list)
    for one in tried:
        by_kind[type(one.outcome)].append(one)
    records = Records(transaction)
    _accept(by_kind[Taken], records.deliveries, now, patience)
    _refuse([one for one in by_kind[Refused] if one.together == 1], records, prints, now)
    _try_later(by_kind[TryLater], records, now)
    refused_together = [one for one in by_kind[Refused] if one.together > 1]
    unstarted = [_unstarted(one, now) for one in by_kind[NotStarted]]
    records.deliveries.put_back([*_halved(refused_together, now), *unstarted])
    _ask_later(by_kind[OutcomeUnknown], records.deliveries, now, patience)


def _accept(taken: Sequence[Tried], ledger: Deliveries, now: datetime, patience: Patience) -> None:
    for is_text in (True, False):
        ids = {
            one.due.delivery.id: one.outcome.provider_id
            for one in taken
            if isinstance(one.outcome, Taken) and (one.due.delivery.channel == Channel.TEXT) == is_text
        }
        # Twilio is asked about a text of which it tells nothing; SendGrid can only be waited for.
        ledger.accept(ids, now, now + (patience.receipt_late if is_text else patience.give_up))
    count((one.due.delivery.channel, State.ACCEPTED) for one in taken)


def _refuse(refused: Sequence[Tried], records: Records, prints: Fingerprints, now: datetime) -> None:
    codes = {one.due.delivery.id: one.outcome.code for one in refused if isinstance(one.outcome, Refused)}
    settle(records.transaction, State.FAILED, codes, now)
    for one in refused:
        if isinstance(one.outcome, Refused) and one.outcome.suppresses:
            is_stop = one.outcome.code == OPTED_OUT
            heed(one.due.delivery, records, prints, now, suppresses=True, withdraws=is_stop)


def _try_later(tried: Sequence[Tried], records: Records, now: datetime) -> None:
    due_at: Mapping[UUID, datetime | None] = {
        one.due.delivery.id: try_again_at(one.due.delivery.attempts + 1, now, random.random())  # noqa: S311 - jitter
        for one in tried
    }
    ended = {id_: Reason.GAVE_UP.value for id_, moment in due_at.items() if moment is None}
    settle(records.transaction, State.FAILED, ended, now)
    again = [(one, moment) for one in tried if (moment := due_at[one.due.delivery.id])]
    records.deliveries.put_back(
        [PutBack(delivery_id=one.due.delivery.id, sending_at=one.sending_at, due_at=moment) for one, moment in again]
    )


def _halved(refused: Sequence[Tried], now: datetime) -> Iterable[PutBack]:
    """A request that was refused goes again in halves, until the address that is wrong stands alone."""
    requests: dict[UUID | None, list[Tried]] = defaultdict(list)
    for one in refused:
        requests[one.request_id].append(one)
    for together in requests.values():
        middle = len(together) // 2
        for half in (together[:middle], together[middle:]):
            request_id = new_id()
            for one in half:
                yield PutBack(
                    delivery_id=one.due.delivery.id, sending_at=one.sending_at, due_at=now, request_id=request_id
                )


def _unstarted(one: Tried, now: datetime) -> PutBack:
    return PutBack(delivery_id=one.due.delivery.id, sending_at=one.sending_at, due_at=now, was_tried=False)


def _ask_later(unknown: Sequence[Tried], ledger: Deliveries, now: datetime, patience: Patience) -> None:
    for is_text in (True, False):
        ids = [one.due.delivery.id for one in unknown if (one.due.delivery.channel == Channel.TEXT) == is_text]
        ledger.check_later(ids, now + (patience.ask_after if is_text else patience.silence))
