"""A worker process: for each of its services, the relay, the consumer, the due work and the service's own loops."""

import functools
import os
import queue
import random
import signal
import socket
import threading
from collections.abc import Sequence

from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.dead_letters import DeadLetters
from shared.bus.inbox import forgetting
from shared.database import is_away
from shared.due_work.loop import DueWork
from shared.observability.health import serve_health
from shared.observability.logging import logger, set_up_logging
from shared.observability.metrics import LOOP_FAILURES
from shared.outbox.relay import Relay
from shared.parts import Parts, Run
from shared.service import Assembly, Backbone, Service, Turn, assemble
from shared.settings import CoreSettings

IDLE_SECONDS = 0.2
LOOK_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
log = logger("worker")


def run_worker(services: Sequence[Service], settings: CoreSettings, metrics: tuple[str, int] | None) -> int:
    """Work until SIGTERM or SIGINT; the exit code, 1 where a part failed beyond repair or did not stop in time.

    Raises `SettingsAreWrong`, and `OSError` where the port for health and metrics is taken.
    """
    set_up_logging("+".join(service.name for service in services) + "-worker", settings.log_level)
    # A handler may interrupt this thread anywhere, a lock in its hand: this queue is made for that, an Event is not.
    asked_to_stop: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked_to_stop.put(number))
    stop = threading.Event()
    parts, backbones = Parts(stop), []
    for service in services:
        backbone, assembly = assemble(service, settings)
        backbones.append((service.name, backbone))
        for name, run in parts_of(service.name, backbone, assembly).items():
            parts.add(f"{service.name} {name}", run)
    if metrics:
        serve_health(*metrics, parts.stalled, functools.partial(_what_is_away, backbones, settings))
    parts.start()
    log.info("worker ready", services=[service.name for service in services], pid=os.getpid())
    _wait(asked_to_stop, stop)
    well = parts.stopped()
    log.info("worker stopped", well=well)
    return 0 if well else 1


def _wait(asked_to_stop: "queue.SimpleQueue[int]", stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            asked_to_stop.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            continue
        stop.set()


def parts_of(name: str, backbone: Backbone, assembly: Assembly) -> dict[str, Run]:
    """What a worker runs for one service, by name, each to be run on a thread of its own."""
    settings, database = backbone.settings, backbone.database
    parts: dict[str, Run] = {"relay": Relay(name, database, functools.partial(connections.producer, settings)).run}
    if assembly.reactions.events:
        parts["consumer"] = functools.partial(_consume, name, backbone, assembly)
    periodic = {**assembly.periodic, "forget_old_inbox": forgetting(database)}
    parts["due work"] = DueWork(name, database, assembly.jobs, periodic).run
    for loop, turn in assembly.loops.items():
        parts[loop] = functools.partial(_turn_until_stopped, name, loop, turn)
    return parts


def _consume(name: str, backbone: Backbone, assembly: Assembly, stop: threading.Event) -> None:
    # Made when the first message is parked, then kept: most workers never park any.
    make_producer = functools.cache(functools.partial(connections.producer, backbone.settings))
    connect = functools.partial(connections.consumer, backbone.settings, f"groundswell.{name}")
    try:
        Consumer(name, assembly.reactions, backbone.database, connect, DeadLetters(name, make_producer)).run(stop)
    finally:
        if make_producer.cache_info().currsize:
            make_producer().close(timeout=1)


def _turn_until_stopped(service: str, loop: str, turn: Turn, stop: threading.Event) -> None:
    """Turn a service's own loop; one that fails is tried again, ever later, and the rest of the worker goes on."""
    failures = 0
    while not stop.is_set():
        try:
            pause = 0.0 if turn() else IDLE_SECONDS
            failures = 0
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the other loops go on
            failures += 1
            pause = min(LONGEST_PAUSE_SECONDS, 2.0 ** min(failures, 30)) * random.uniform(0.5, 1.0)  # noqa: S311
            LOOP_FAILURES.labels(service, loop).inc()
            _tell(service, loop, error)
        stop.wait(pause)


def _tell(service: str, loop: str, error: Exception) -> None:
    if is_away(error):
        log.warning("loop interrupted, trying again", service=service, loop=loop, error=type(error).__name__)
    else:
        log.exception("a turn of a loop failed, trying again", service=service, loop=loop)


def _what_is_away(backbones: Sequence[tuple[str, Backbone]], settings: CoreSettings) -> list[str]:
    away = [f"the database of {name} does not answer" for name, one in backbones if not one.database.is_there()]
    return away + ([] if any(_answers(broker) for broker in settings.kafka) else ["Kafka does not answer"])


def _answers(broker: str) -> bool:
    host, _, port = broker.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=2.0).close()
    except OSError:
        return False
    return True
