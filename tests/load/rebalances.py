"""How long domain events wait while workers of one service come and go: the longest wait around each change.

    python -m tests.load.rebalances [--rounds 3]

Two workers share the partitions of a topic on which something is posted fifty times a second. What is told is the time
from posting to acting of whatever waited longest, by the clock of one machine; `nothing changes` is what it is anyway.
"""

import argparse
import contextlib
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from shared.bus import connections
from shared.bus.topics import create_topics
from shared.database import BACKBONE_MIGRATIONS, Database, connect, migrate
from shared.outbox import post
from shared.settings import CoreSettings
from tests.integration.backbone.processes import Worker, environment, install_tester
from tests.integration.backbone.tester.language import ThingHappened
from tests.integration.backbone.tester.service import MIGRATIONS
from tests.load.machine import machine, wait_until

POST_EVERY_SECONDS = 0.02
THINGS = 60
GROUP = "groundswell.tester"
# As long as whatever follows from a change may last, at the slowest.
LOOK_SECONDS = 20.0
COLUMNS = "{:<52} {:>8} {:>8}"


class Group:
    """Workers of the tester, and a stream of what they act on."""

    def __init__(self, settings: CoreSettings, database: Database, installed: Path) -> None:
        self._settings = settings
        self._database = database
        self._variables = environment(installed, settings)
        self._workers: list[Worker] = []
        self._posted = 0

    def start(self) -> None:
        """One worker more."""
        self._workers.append(Worker(self._variables, "tester"))

    def stop(self) -> None:
        """Have the one that is there for longest stop by itself."""
        self._workers.pop(0).process.terminate()

    def kill(self) -> None:
        """Kill the one that is there for longest, as a power cut would."""
        self._workers.pop(0).process.kill()

    def replace(self) -> None:
        """Kill one, and start another at once, as a supervisor does."""
        self.kill()
        self.start()

    def become(self, number: int) -> None:
        """Have so many workers, and wait until each of them has partitions, and nobody else."""
        while len(self._workers) > number:
            self.stop()
        while len(self._workers) < number:
            self.start()
        with contextlib.closing(connections.admin(self._settings)) as client:
            wait_until(lambda: _sharing(client) == number)

    def longest_wait(self, change: Callable[[], None]) -> float:
        """The longest that something waited of all that was posted around a change, in seconds."""
        since = self._ask(sa.text("SELECT clock_timestamp()"))
        change()
        time.sleep(LOOK_SECONDS)
        posted = self._posted
        wait_until(lambda: self._ask(sa.text("SELECT count(*) FROM acted")) >= posted)
        wait: float = self._ask(_LONGEST_WAIT, since=since)
        return wait

    @contextlib.contextmanager
    def stream(self) -> Iterator[None]:
        """Something happens all the time, until the end of the block."""
        ended = threading.Event()
        thread = threading.Thread(target=self._post_until, args=(ended,))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def close(self) -> None:
        """Have none left."""
        while self._workers:
            self.kill()

    def _post_until(self, ended: threading.Event) -> None:
        while not ended.wait(POST_EVERY_SECONDS):
            with self._database.transaction() as transaction:
                post(transaction, ThingHappened(thing=f"thing {self._posted % THINGS}", number=self._posted))
            self._posted += 1

    def _ask(self, question: sa.TextClause, **values: object) -> Any:
        with self._database.transaction() as transaction:
            return transaction.execute(question, values).scalar_one()


def _sharing(client: KafkaAdminClient) -> int:
    """How many members have partitions, once every member has some and none is to join or to leave."""
    try:
        group = client.describe_groups([GROUP])[GROUP]
    except KafkaError:  # before anybody has joined
        return 0
    owning = [member for member in group["members"] if member["member_assignment"]]
    return len(owning) if group["group_state"] == "Stable" and len(owning) == len(group["members"]) else 0


def measure(group: Group) -> Iterator[tuple[str, float]]:
    """What happened, and how long something waited at most."""
    group.become(2)
    yield "nothing changes", group.longest_wait(lambda: None)
    yield "a third worker is started", group.longest_wait(group.start)
    yield "one of three is stopped", group.longest_wait(group.stop)
    yield "one of two is killed", group.longest_wait(group.kill)
    yield "the only one is killed, another started at once", group.longest_wait(group.replace)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    waits: dict[str, list[float]] = defaultdict(list)
    with machine() as components, tempfile.TemporaryDirectory() as folder:
        settings = components.settings
        migrate(settings.database_url, "tester", BACKBONE_MIGRATIONS, MIGRATIONS)
        create_topics(settings, ["tester"])
        group = Group(settings, connect(settings.database_url, "tester"), install_tester(Path(folder)))
        with contextlib.closing(group), group.stream():
            for _ in range(rounds):
                for what, wait in measure(group):
                    waits[what].append(wait)
    click.echo(COLUMNS.format("longest wait when", "median", "worst"))
    for what, seconds in waits.items():
        click.echo(COLUMNS.format(what, f"{statistics.median(seconds):.1f} s", f"{max(seconds):.1f} s"))


# When an id was made is in the id.
_LONGEST_WAIT = sa.text(
    "SELECT extract(epoch FROM max(received_at - uuid_extract_timestamp(event_id))) FROM inbox"
    " WHERE uuid_extract_timestamp(event_id) >= :since"
)


if __name__ == "__main__":
    main()
