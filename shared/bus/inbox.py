"""The inbox table: which domain events a consumer has already acted on, for as long as they may come again."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.clock import now
from shared.database import Database, tables
from shared.due_work import Job
from shared.due_work.loop import Periodic, again

# Longer than Kafka keeps a message, so that even a full replay acts once.
KEPT = timedelta(days=100)
LOOK_EVERY = timedelta(hours=6)
CHUNK = 10_000

metadata = tables()

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("event_id", postgresql.UUID, primary_key=True),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), index=True),
)


def forgetting(database: Database) -> Periodic:
    """The periodic job that drops what is too old to come again, a chunk at a time."""

    def forget(job: Job) -> None:
        old = sa.select(inbox.c.event_id).where(inbox.c.received_at < now() - KEPT).limit(CHUNK)
        with database.transaction() as transaction:
            gone = transaction.execute(sa.delete(inbox).where(inbox.c.event_id.in_(old)))
            if gone.rowcount < CHUNK:
                again(job, transaction, LOOK_EVERY)
            else:
                job.proceed(transaction, None)

    return Periodic(forget, LOOK_EVERY)
