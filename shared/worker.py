"""A worker process: for each of its services, the relay, the consumer, the due work and the service's own loops."""

import functools
import os
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import sqlalchemy as sa

from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.dead_letters import DeadLetters
from shared.bus.inbox import inbox
from shared.clock import now
from shared.database import Database, DatabaseIsAway
from shared.due_work import Job
from shared.due_work.loop import DueWork, Periodic, again
from shared.observability.health import serve_health
from shared.observability.logging import logger, set_up_logging
from shared.outbox.relay import Relay
from shared.service import Assembly, Backbone, Service, Turn, assemble
from shared.settings import CoreSettings

# Longer than Kafka keeps a message, so that even a full replay acts once.
INBOX_KEPT = timedelta(days=100)
IDLE_SECONDS = 0.2
STOP_WITHIN_SECONDS = 20
log = logger("worker")

Run = Callable[[threading.Event], None]


def run_worker(services: Sequence[Service], settings: CoreSettings, metrics: tuple[str, int] | None) -> int:
    """Work until SIGTERM or SIGINT; the exit code, 1 where a part failed beyond repair."""
    set_up_logging("+".join(service.name for service in services) + "-worker", settings.log_level)
    stop, failed = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    backbones: list[Backbone] = []
    threads = []
    for service in services:
        backbone, assembly = assemble(service, settings)
        backbones.append(backbone)
        for name, run in _parts(service.name, backbone, assembly).items():
            target = functools.partial(_guarded, name, run, stop, failed)
            threads.append(threading.Thread(target=target, name=f"{service.name} {name}"))
    for thread in threads:
        thread.start()
    if metrics:
        serve_health(*metrics, lambda: all(backbone.database.is_there() for backbone in backbones))
    log.info("worker ready", services=[service.name for service in services], pid=os.getpid())
    stop.wait()
    for thread in threads:
        thread.join(STOP_WITHIN_SECONDS)
    log.info("worker stopped", failed=failed.is_set())
    return 1 if failed.is_set() or any(thread.is_alive() for thread in threads) else 0


def _parts(name: str, backbone: Backbone, assembly: Assembly) -> dict[str, Run]:
    settings, database = backbone.settings, backbone.database
    make_producer = functools.partial(connections.producer, settings)
    parts: dict[str, Run] = {"relay": Relay(name, database, make_producer).run}
    if assembly.reactions.events:
        parts["consumer"] = functools.partial(_consume, name, backbone, assembly)
    periodic = {**assembly.periodic, "forget_old_inbox": _forgetting(database)}
    parts["due work"] = DueWork(name, database, assembly.jobs, periodic).run
    return parts | {loop: functools.partial(_turn_until_stopped, turn) for loop, turn in assembly.loops.items()}


def _consume(name: str, backbone: Backbone, assembly: Assembly, stop: threading.Event) -> None:
    settings = backbone.settings
    dead_letters = DeadLetters(name, functools.cache(functools.partial(connections.producer, settings)))
    connect = functools.partial(connections.consumer, settings, f"groundswell.{name}")
    Consumer(name, assembly.reactions, backbone.database, connect, dead_letters).run(stop)


def _turn_until_stopped(turn: Turn, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            busy = turn()
        except DatabaseIsAway as error:
            log.warning("loop interrupted, trying again", error=type(error).__name__)
            stop.wait(1.0)
            continue
        if not busy:
            stop.wait(IDLE_SECONDS)


def _guarded(name: str, run: Run, stop: threading.Event, failed: threading.Event) -> None:
    """Run a part; where it fails beyond its own repair, end the process so that its supervisor starts a fresh one."""
    try:
        run(stop)
    except Exception:
        log.exception("a part of the worker failed", part=name)
        failed.set()
        stop.set()


def _forgetting(database: Database) -> Periodic:
    every = timedelta(hours=6)

    def forget(job: Job) -> None:
        with database.transaction() as transaction:
            transaction.execute(sa.delete(inbox).where(inbox.c.received_at < now() - INBOX_KEPT))
            again(job, transaction, every)

    return Periodic(forget, every)
