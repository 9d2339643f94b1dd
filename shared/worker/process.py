"""A worker from start to stop: it runs the parts of its services until it is told to end, and says how it is."""

import os
import queue
import signal
import socket
import threading
from collections.abc import Sequence

from shared.observability.health import serve_health
from shared.observability.logging import logger, set_up_logging
from shared.service import Backbone, Service, assemble
from shared.settings import CoreSettings, host_and_port
from shared.worker.loops import parts_of
from shared.worker.parts import Parts

LOOK_SECONDS = 0.5
CONNECT_SECONDS = 2.0
log = logger("worker")


def run_worker(services: Sequence[Service], settings: CoreSettings, metrics: tuple[str, int] | None) -> int:
    """Work until SIGTERM or SIGINT; the exit code, 1 where a part failed beyond repair or did not stop in time.

    Raises `SettingsAreWrong`, and `OSError` where the port for health and metrics is taken.
    """
    set_up_logging("+".join(service.name for service in services) + "-worker", settings.log_level)
    asked_to_stop, stop = _ask_on_signals(), threading.Event()
    parts = Parts(stop)
    backbones = {service.name: _add_parts(parts, service, settings) for service in services}
    if metrics:
        serve_health(*metrics, parts.stalled, lambda: _what_is_away(backbones, settings))
    parts.start()
    log.info("worker ready", services=list(backbones), pid=os.getpid())
    _wait(asked_to_stop, stop)
    well = parts.stopped()
    log.info("worker stopped", well=well)
    return 0 if well else 1


def _ask_on_signals() -> "queue.SimpleQueue[int]":
    # A handler may interrupt this thread anywhere, a lock in its hand: this queue is made for that, an Event is not.
    asked_to_stop: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked_to_stop.put(number))
    return asked_to_stop


def _add_parts(parts: Parts, service: Service, settings: CoreSettings) -> Backbone:
    backbone, assembly = assemble(service, settings)
    for name, run in parts_of(service.name, backbone, assembly).items():
        parts.add(f"{service.name} {name}", run)
    return backbone


def _wait(asked_to_stop: "queue.SimpleQueue[int]", stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            asked_to_stop.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            continue
        stop.set()


def _what_is_away(backbones: dict[str, Backbone], settings: CoreSettings) -> list[str]:
    away = [f"the database of {name} does not answer" for name, one in backbones.items() if not one.database.is_there()]
    return away + ([] if any(_answers(broker) for broker in settings.kafka) else ["Kafka does not answer"])


def _answers(broker: str) -> bool:
    try:
        socket.create_connection(host_and_port(broker), timeout=CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
