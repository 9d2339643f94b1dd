"""What an organizer does about a broadcast: send it to more people than were approved at first, or stop it."""

from datetime import datetime
from uuid import UUID

from services.notifications.domain.broadcast import Numbers
from services.notifications.domain.delivery import Reason, State
from services.notifications.storage.records import Records
from services.notifications.use_cases.plan_broadcast import PLAN
from services.notifications.use_cases.settle import settle
from shared.clock import Clock
from shared.database import Database
from shared.due_work import Job, schedule
from shared.observability.logging import logger

DROP = "drop_broadcast"
CHUNK = 2_000
log = logger("broadcast_control")


class BroadcastIsUnknown(Exception):
    """There is no such broadcast."""


def approve(id_: UUID, numbers: Numbers, organizer: str, records: Records) -> None:
    """Plan a held broadcast on, for as many people as the organizer was shown.

    Raises `BroadcastIsUnknown` or `BroadcastIsNotHeld`.
    """
    broadcast = records.broadcasts.hold(id_)
    if broadcast is None:
        raise BroadcastIsUnknown(str(id_))
    records.broadcasts.keep(broadcast.approve(numbers, organizer))
    schedule(records.transaction, PLAN, str(id_), {"broadcast_id": str(id_)})
    log.info(
        "broadcast approved", broadcast_id=str(id_), organizer=organizer, texts=numbers.texts, mails=numbers.emails
    )


def stop(id_: UUID, organizer: str, records: Records, now: datetime) -> None:
    """Send nothing more of a broadcast: what is on its way arrives, what is planned is dropped.

    Raises `BroadcastIsUnknown` or `BroadcastIsOver`.
    """
    broadcast = records.broadcasts.hold(id_)
    if broadcast is None:
        raise BroadcastIsUnknown(str(id_))
    records.broadcasts.keep(broadcast.stop(now))
    schedule(records.transaction, DROP, str(id_), {"broadcast_id": str(id_)})
    log.info("broadcast stopped", broadcast_id=str(id_), organizer=organizer)


def drop_stopped(job: Job, database: Database, clock: Clock) -> None:
    """Drop what is planned of a stopped broadcast, some thousands a transaction; none of it is sent meanwhile."""
    with database.transaction() as transaction:
        planned = Records(transaction).planning.planned_of(UUID(job.arguments["broadcast_id"]), CHUNK)
        settle(transaction, State.DROPPED, dict.fromkeys(planned, Reason.STOPPED.value), clock())
        if planned:
            job.proceed(transaction, None)
        else:
            job.finish(transaction)
