"""The loop as a supporter knows it: from the moment a signature is answered to the moment its thanks are accepted.

A hundred people sign a second while the workers of `signatures` and `notifications` run, and the sandbox takes their
texts and e-mails. Not a ratio, so not a stage: milliseconds, and what each process holds of the memory.
"""

import contextlib
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
import psutil
import sqlalchemy as sa
import urllib3

from shared.database import connect
from shared.service import assemble, service_named
from tests.load.machine import Machine, Served, wait_until
from tests.load.petition import SLUG, open_petition, signing

PER_SECOND = 100
# The first seconds are those of caches and of connections that are made; they are not counted.
WARM_UP, COUNTED = 5 * PER_SECOND, 20 * PER_SECOND
VISITORS = 16
SETTINGS = {"GROUNDSWELL_QUIET_HOURS": "none", "GROUNDSWELL_TEXTS_PER_SECOND": "99999"}


@dataclass(frozen=True)
class Thanked:
    """When each supporter's signature was answered and when their text was accepted, in seconds since 1970."""

    answered: dict[str, float]
    accepted: dict[str, float]

    def milliseconds(self) -> list[float]:
        """How long each waited for their thanks, shortest first."""
        return sorted(1000 * (self.accepted[one] - answered) for one, answered in self.answered.items())


def measure_loop(components: Machine) -> tuple[str, ...]:
    """Lines to print."""
    open_petition(components, and_tell=True)
    with contextlib.ExitStack() as running:
        sandbox = running.enter_context(
            components.run("sandbox", "shared.command_line", "sandbox", "--port", "{port}", ready="/healthz")
        )
        settings = SETTINGS | {"GROUNDSWELL_TWILIO_URL": sandbox.url, "GROUNDSWELL_SENDGRID_URL": sandbox.url}
        web = running.enter_context(components.web("signatures", settings))
        workers = {
            service: running.enter_context(components.worker(service, settings))
            for service in ("signatures", "notifications")
        }
        waited = _sign_for_a_while(components, web).milliseconds()
        served = {"web signatures": web, **{f"worker {name}": worker for name, worker in workers.items()}}
        held = [_held(name, one.family()) for name, one in {**served, "sandbox": sandbox}.items()]
    held += [_held("PostgreSQL", components.database_processes()), _held("Kafka", components.broker_processes())]
    p50, p99 = statistics.median(waited), waited[int(len(waited) * 0.99)]
    return (
        f"thanks at {PER_SECOND} signatures/s: p50 {p50:,.0f} ms, p99 {p99:,.0f} ms from answer to text accepted",
        *held,
    )


def _sign_for_a_while(components: Machine, web: Served) -> Thanked:
    backbone, _ = assemble(service_named("signatures"), components.settings)
    bodies = [signing() for _ in range(WARM_UP + COUNTED)]
    emails = [orjson.loads(body)["email"] for body in bodies]
    ids = [backbone.fingerprints.supporter_id(email=email, phone=None) for email in emails]
    answered = _sign_each(web.url, bodies)
    backbone.database.close()
    notifications = connect(components.settings.database_url, "notifications")

    with notifications.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        wait_until(lambda: connection.scalar(_THANKED_BY_EMAIL) == len(ids) and not connection.scalar(_OPEN_TEXTS), 120)
        # The sandbox refuses some numbers, as Twilio does, such as the one that texts come from.
        moments = {row.supporter_id: row.accepted_at.timestamp() for row in connection.execute(_ACCEPTED_TEXTS)}
    notifications.close()
    counted = zip(ids[WARM_UP:], answered[WARM_UP:], strict=True)
    return Thanked({one: moment for one, moment in counted if one in moments}, moments)


def _sign_each(url: str, bodies: Sequence[bytes]) -> list[float]:
    """Sign at an even pace, however long each takes; when each was answered."""
    pool = urllib3.PoolManager(maxsize=VISITORS, block=True)
    began = time.monotonic()

    def sign(number: int) -> float:
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        headers = {"Content-Type": "application/json"}
        answer = pool.request("POST", f"{url}/petitions/{SLUG}/signatures", body=bodies[number], headers=headers)
        assert answer.status == 201, answer.status
        return time.time()

    with ThreadPoolExecutor(VISITORS) as visitors:
        return list(visitors.map(sign, range(len(bodies))))


def _held(name: str, processes: Sequence[psutil.Process]) -> str:
    """What processes hold of the memory; what they share is counted once (proportional set size)."""
    held = sum(one.memory_full_info().pss for one in processes)
    return f"memory of {name}: {held / 2**20:,.0f} MB in {len(processes)} processes"


_THANKED_BY_EMAIL = sa.text("SELECT count(*) FROM deliveries WHERE channel = 'email' AND accepted_at IS NOT NULL")
_OPEN_TEXTS = sa.text("SELECT count(*) FROM deliveries WHERE channel = 'text' AND state IN ('planned', 'sending')")
_ACCEPTED_TEXTS = sa.text(
    "SELECT supporter_id, accepted_at FROM deliveries WHERE channel = 'text' AND accepted_at IS NOT NULL"
)
