"""Mirror the directory once a day, so that no call ever waits for Represent."""

from datetime import timedelta

from services.calls.domain.directory import SnapshotIsImplausible, check_plausible
from services.calls.providers.ports import ProviderFails, Represent
from services.calls.storage.directory import Directory
from shared.clock import Clock
from shared.database import Database
from shared.due_work import Job
from shared.due_work.loop import again
from shared.observability.logging import logger

EVERY = timedelta(days=1)
AFTER_A_FAILURE = timedelta(minutes=10)
# Nobody can be located before the first directory, so that one is worth asking for.
WITHOUT_A_DIRECTORY = timedelta(seconds=5)
log = logger("mirror_directory")


def mirror_directory(job: Job, represent: Represent, database: Database, clock: Clock) -> None:
    """Take over what Represent says today; where it says nothing or nonsense, yesterday's serves and we ask again."""
    try:
        snapshot = represent.representatives()
        with database.transaction() as transaction:
            directory = Directory(transaction)
            check_plausible(snapshot, known=directory.size())
            changed = directory.keep(snapshot, represent.source, clock())
            again(job, transaction, EVERY)
        log.info("directory mirrored", representatives=len(snapshot.representatives), changed=changed)
    except (ProviderFails, SnapshotIsImplausible) as error:
        with database.transaction() as transaction:
            is_first = Directory(transaction).version() is None
            again(job, transaction, WITHOUT_A_DIRECTORY if is_first else AFTER_A_FAILURE)
        log.warning("directory not mirrored, the last one serves", error=f"{type(error).__name__}: {error}")
