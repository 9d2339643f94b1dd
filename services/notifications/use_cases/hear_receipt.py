"""Hear what providers tell of messages: in any order, more than once, and before we have noted that they took them.

Receipts find their delivery by its own id, which went along with the message, so that none comes too early.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.notifications.domain.delivery import SETTLED, Channel, Delivery, Patience, State, moves_on
from services.notifications.domain.receipt import Receipt
from services.notifications.storage.open_deliveries import News, OpenDeliveries
from services.notifications.storage.records import Records
from services.notifications.use_cases.heed import heed
from services.notifications.use_cases.settle import count, tell
from shared.privacy.fingerprints import Fingerprints


def hear_receipts(
    receipts: Sequence[Receipt], records: Records, prints: Fingerprints, now: datetime, patience: Patience
) -> None:
    """Move the ledger on by a batch of receipts, in as many statements for one as for a thousand.

    Most tell nothing new, so that rows are only locked where something changes.
    """
    named = [(id_, receipt) for receipt in receipts if (id_ := _id(receipt)) is not None]
    ledger, ids = OpenDeliveries(records.transaction), [id_ for id_, _ in named]
    if not _anything_new(named, ledger.standing_of(ids)):
        return
    known = ledger.locked(ids)
    moved = {id_: delivery for id_, delivery in _moved(named, known).items() if delivery != known[id_]}
    ledger.move_on([_news(delivery, now, patience) for delivery in moved.values()], now)
    tell(records.transaction, [delivery for delivery in moved.values() if delivery.state in SETTLED])
    count((delivery.channel, delivery.state) for delivery in moved.values() if delivery.state not in SETTLED)
    _heed_all(named, known, records, prints, now)


def _anything_new(named: Sequence[tuple[UUID, Receipt]], standing: Mapping[UUID, tuple[State, str | None]]) -> bool:
    return any(
        id_ in standing
        and (receipt.suppresses or receipt.withdraws or moves_on(standing[id_][0], receipt.state, standing[id_][1]))
        for id_, receipt in named
    )


def _moved(named: Sequence[tuple[UUID, Receipt]], known: Mapping[UUID, Delivery]) -> dict[UUID, Delivery]:
    """The deliveries as all that was told of each leaves them."""
    moved = dict(known)
    for id_, receipt in named:
        before = moved.get(id_)
        if before and moves_on(before.state, receipt.state, before.reason):
            moved[id_] = replace(
                before,
                state=receipt.state,
                reason=receipt.reason,
                provider_id=before.provider_id or receipt.provider_id,
            )
    return moved


def _news(delivery: Delivery, now: datetime, patience: Patience) -> News:
    late = patience.receipt_late if delivery.channel == Channel.TEXT else patience.give_up
    return News(
        delivery_id=delivery.id,
        state=delivery.state,
        reason=delivery.reason,
        provider_id=delivery.provider_id,
        check_at=None if delivery.state in SETTLED else now + late,
    )


def _heed_all(
    named: Sequence[tuple[UUID, Receipt]],
    known: Mapping[UUID, Delivery],
    records: Records,
    prints: Fingerprints,
    now: datetime,
) -> None:
    said = dict.fromkeys(
        (id_, receipt.suppresses, receipt.withdraws)
        for id_, receipt in named
        if id_ in known and (receipt.suppresses or receipt.withdraws)
    )
    for id_, suppresses, withdraws in said:
        heed(known[id_], records, prints, now, suppresses=suppresses, withdraws=withdraws)


def _id(receipt: Receipt) -> UUID | None:
    """Anybody who has our key may post an event; what names no delivery is passed over."""
    try:
        return UUID(receipt.delivery_id)
    except ValueError:
        return None
