"""A broadcast is finished when nothing more will be heard of any of its messages; that is told once."""

from datetime import timedelta

from services.notifications.domain.broadcast import Broadcast
from services.notifications.domain.delivery import State
from services.notifications.storage.progress import Progress
from services.notifications.storage.records import Records
from shared.clock import Clock
from shared.database import Database
from shared.domain_events.notifications import BroadcastFinished
from shared.due_work import Job
from shared.due_work.loop import again
from shared.outbox import post

EVERY = timedelta(seconds=2)


def finish_broadcasts(job: Job, database: Database, clock: Clock) -> None:
    """Finish those that are planned to the end and settled."""
    with database.transaction() as transaction:
        records = Records(transaction)
        for broadcast in records.broadcasts.hold_planned():
            if Progress(transaction).is_settled(broadcast.id):
                records.broadcasts.keep(broadcast.finish(clock()))
                _tell(broadcast, records)
        again(job, transaction, EVERY)


def _tell(broadcast: Broadcast, records: Records) -> None:
    states = Progress(records.transaction).states([broadcast.id]).get(broadcast.id, {})
    post(
        records.transaction,
        BroadcastFinished(
            broadcast_id=str(broadcast.id),
            cause=str(broadcast.cause),
            campaign=broadcast.campaign,
            delivered=states.get(State.DELIVERED, 0),
            failed=states.get(State.FAILED, 0),
            dropped=states.get(State.DROPPED, 0),
        ),
    )
