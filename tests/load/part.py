"""One part of a service's worker, alone in a process: so it is that part that is measured.

python -m tests.load.part signatures relay --port 8001
"""

import argparse
import contextlib
import queue
import signal
import threading
from collections.abc import Iterator

from deploy.local.ports import HOST
from shared.observability.health import serve_health
from shared.observability.logging import set_up_logging
from shared.service import assemble, service_named
from shared.settings import CoreSettings, load
from shared.worker.loops import parts_of
from shared.worker.parts import Parts
from tests.load.machine import Machine, Served


@contextlib.contextmanager
def part(components: Machine, service: str, name: str) -> Iterator[Served]:
    """A part in a process of its own until the end of the block."""
    command = ("tests.load.part", service, name, "--port", "{port}")
    with components.run(f"{service}-{name}", *command) as served:
        yield served


def main() -> None:
    """Run a part until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("service")
    parser.add_argument("name", metavar="part")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    settings, stop = load(CoreSettings), threading.Event()
    asked_to_stop: queue.SimpleQueue[int] = queue.SimpleQueue()
    signal.signal(signal.SIGTERM, lambda number, _: asked_to_stop.put(number))
    set_up_logging(f"{options.service}-{options.name}", settings.log_level)
    all_there_are = parts_of(options.service, *assemble(service_named(options.service), settings))
    parts = Parts(stop)
    parts.add(options.name, all_there_are[options.name])
    parts.start()
    serve_health(HOST, options.port, parts.stalled, list)
    asked_to_stop.get()
    stop.set()
    parts.stopped()


if __name__ == "__main__":
    main()
