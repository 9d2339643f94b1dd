"""What a worker runs for one service: each of these is a part on a thread of its own, and looks after itself."""

import functools
import threading

from shared.backoff import backoff_seconds
from shared.bus import connections
from shared.bus.consumer import Consumer
from shared.bus.dead_letters import DeadLetters
from shared.bus.inbox import forgetting
from shared.database import is_away
from shared.due_work.loop import DueWork
from shared.observability.logging import logger
from shared.observability.metrics import LOOP_FAILURES
from shared.outbox.relay import Relay
from shared.service import Assembly, Backbone, Turn
from shared.worker.parts import Run

IDLE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
log = logger("worker")


def parts_of(name: str, backbone: Backbone, assembly: Assembly) -> dict[str, Run]:
    """What a worker runs for one service, by name, each to be run on a thread of its own."""
    settings, database = backbone.settings, backbone.database
    parts: dict[str, Run] = {"relay": Relay(name, database, functools.partial(connections.producer, settings)).run}
    if assembly.reactions.events:
        parts["consumer"] = functools.partial(_consume, name, backbone, assembly)
    periodic = {**assembly.periodic, "forget_old_inbox": forgetting(database)}
    parts["due work"] = DueWork(name, database, assembly.jobs, periodic).run
    for loop, turn in assembly.loops.items():
        parts[loop] = functools.partial(turn_until_stopped, name, loop, turn)
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


def turn_until_stopped(service: str, loop: str, turn: Turn, stop: threading.Event) -> None:
    """Turn a service's own loop; one that fails is tried again, ever later, and the rest of the worker goes on."""
    failures = 0
    while not stop.is_set():
        try:
            pause = 0.0 if turn() else IDLE_SECONDS
            failures = 0
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the other loops go on
            failures += 1
            pause = backoff_seconds(failures, LONGEST_PAUSE_SECONDS)
            LOOP_FAILURES.labels(service, loop).inc()
            _tell(service, loop, error)
        stop.wait(pause)


def _tell(service: str, loop: str, error: Exception) -> None:
    if is_away(error):
        log.warning("loop interrupted, trying again", service=service, loop=loop, error=type(error).__name__)
    else:
        log.exception("a turn of a loop failed, trying again", service=service, loop=loop)
