"""Sign: POST, validated, sealed, stored with its outbox row, answered after the commit, beside Flask reading JSON."""

import sqlalchemy as sa

from services.signatures.storage.tables import signatures
from shared.database import connect
from shared.outbox.tables import outbox
from tests.load.limit import bare_flask_per_second
from tests.load.machine import Machine, cpu_seconds
from tests.load.measuring import Measured, Stage, in_turns
from tests.load.petition import open_petition, signings
from tests.load.wrk import SECONDS, write_requests, wrk

# More than can be signed in the time: whoever signs twice is cheaper than a new one.
MOST_PER_SECOND = 15_000


def run(components: Machine) -> Measured:
    """Sign with 64 connections, each request another person."""
    open_petition(components)
    requests = components.folder / "requests"
    microseconds: list[tuple[float, float]] = []
    with components.web("signatures") as web:

        def limit() -> float:
            return bare_flask_per_second(components, signings(1_000, "/json"))

        def ours() -> float:
            write_requests(requests, signings(MOST_PER_SECOND * SECONDS))
            before, database_before = cpu_seconds(web.family()), cpu_seconds(components.database_processes())
            answers = wrk(web.url, requests)
            used = cpu_seconds(web.family()) - before
            database_used = cpu_seconds(components.database_processes()) - database_before
            microseconds.append((1e6 * used / answers.requests, 1e6 * database_used / answers.requests))
            _all_are_stored(components, answers.requests)
            return answers.per_second

        measured = in_turns(limit, ours)
    web_cpu, database_cpu = sorted(microseconds)[len(microseconds) // 2]
    remark = f"CPU a signature: {web_cpu / 1000:.2f} ms in the web process, {database_cpu / 1000:.2f} ms in PostgreSQL"
    return Measured(measured.limit, measured.measured, (remark,))


def _all_are_stored(components: Machine, answered: int) -> None:
    """See that every signature that was answered is there, and what tells of it; then make room for the next round.

    Raises `AssertionError`.
    """
    database = connect(components.settings.database_url, "signatures")
    with database.transaction() as transaction:
        for table in (signatures, outbox):
            stored = transaction.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            # What wrk broke off at the end is stored too.
            assert answered <= stored <= answered + 64, f"{answered} were answered and {stored} are in {table.name}"
        transaction.execute(sa.text("TRUNCATE signatures, outbox CASCADE"))
    database.close()


STAGE = Stage("sign", "signatures", 0.90, run)
