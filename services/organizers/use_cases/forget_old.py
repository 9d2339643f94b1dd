"""What is over is not kept: sessions that ended by themselves, and tries that no longer count."""

from datetime import timedelta

from services.organizers.domain.throttle import FORGOTTEN_AFTER
from services.organizers.storage.records import Records
from shared.clock import Clock
from shared.database import Database
from shared.due_work import Job
from shared.due_work.loop import again

EVERY = timedelta(hours=1)
# Longer than any session lasts.
SESSIONS_KEPT = timedelta(hours=24)


def forget_old(job: Job, database: Database, clock: Clock) -> None:
    """Drop them, and come back in an hour."""
    now = clock()
    with database.transaction() as transaction:
        records = Records(transaction)
        records.sessions.forget_begun_before(now - SESSIONS_KEPT)
        records.tries.forget_older_than(now - FORGOTTEN_AFTER)
        again(job, transaction, EVERY)
