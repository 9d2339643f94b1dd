"""The web process: gunicorn with workers that have an event loop each, an app and connections of their own.

Nothing of the services is imported here before the fork, so that no worker shares what another has opened; see `_app`.
"""

import contextlib
import gc
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.errors import AppImportError
from gunicorn.glogging import Logger
from gunicorn.util import parse_address

from shared.observability.logging import set_up_logging
from shared.settings import CoreSettings, SettingsAreWrong

# Where the worker processes' metrics meet; prometheus-client reads the variable when it is imported.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
ANSWER_WITHIN_SECONDS = 30
FINISH_WITHIN_SECONDS = 10
KEEP_ALIVE_SECONDS = 5

Wsgi = Callable[[dict[str, Any], Any], Any]
Asgi = Callable[..., Any]
# Puts something in front of the app, in each worker.
Around = Callable[[Wsgi], Wsgi]


def run_web(
    services: Sequence[str],
    settings: CoreSettings,
    bind: str,
    workers: int = 2,
    *,
    proxies: int = 0,
    around: Around | None = None,
) -> int:
    """Serve the named services until SIGTERM, which lets requests finish; the exit code.

    Raises `OSError` where the address is taken.
    """
    _see_that_it_is_free(bind)
    set_up_logging("web", settings.log_level)
    master = os.getpid()
    with _metrics_folder(master):
        try:
            _Server(lambda: _app(services, settings, proxies, around), _options(bind, workers)).run()
        except SystemExit as end:
            if os.getpid() != master:
                raise  # a worker, whose exit code tells gunicorn how it ended
            return 1 if end.code else 0
    return 0


def _see_that_it_is_free(bind: str) -> None:
    """Raise `OSError` where somebody listens already. Each worker listens for itself, and would not be told."""
    address = parse_address(bind)
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.create_server(address, family=family):
        pass


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make_app: Callable[[], Asgi], options: dict[str, Any]) -> None:
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Asgi:
        return self._make_app()


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's own lines, in our form. What it would say of a request, its address or whose it was, is left out."""

    def setup(self, cfg: Any) -> None:
        """Leave writing to the root logger."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True

    def exception(self, msg: Any, *_args: Any, **_kwargs: Any) -> None:
        """Say what went wrong where."""
        self.error_log.exception(str(msg).partition("%")[0].strip())

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say what is the matter."""
        if msg.startswith("Invalid request"):
            self.error_log.info("a request could not be read")
        else:
            self.error_log.warning(msg, *args, **kwargs)


def _options(bind: str, workers: int) -> dict[str, Any]:
    return {
        "bind": bind,
        "workers": workers,
        "worker_class": "asgi",
        # uvloop's, where it is installed (not on Windows).
        "asgi_loop": "auto",
        "asgi_lifespan": "off",
        # Each listens for itself, and Linux deals out the visitors evenly: of one that all listen to, whoever is awake
        # first takes them all.
        "reuse_port": True,
        "timeout": ANSWER_WITHIN_SECONDS,
        "graceful_timeout": FINISH_WITHIN_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        "logger_class": _Log,
        "child_exit": _forget_gauges,
        # Nobody's word is taken here for who they are or how they came: that is for `proxies` to say. Looking up who
        # may be believed would take longer than not listening.
        "forwarded_allow_ips": "*",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        # It would be a file in the home folder, for a tool that nobody here uses.
        "control_socket_disable": True,
    }


def _app(services: Sequence[str], settings: CoreSettings, proxies: int, around: Around | None) -> Asgi:
    """The app of one worker, after its fork. The first to import the services."""
    from shared.service import assemble, service_named
    from shared.web.app import create_app
    from shared.web.front import Front

    try:
        parts = [(service, *assemble(service, settings)) for service in map(service_named, services)]
    except SettingsAreWrong as error:
        raise AppImportError(f"groundswell: {error}") from None
    app = create_app(parts, settings, proxies=proxies)
    lanes = {service.name: assembly.lanes for service, _, assembly in parts}
    front = Front(app, lanes, https=settings.public_url.startswith("https:"), around=around(app) if around else None)
    # What is put together now stays; looking through all of it for garbage would stop everybody for 60 milliseconds.
    gc.collect()
    gc.freeze()
    return front


@contextlib.contextmanager
def _metrics_folder(master: int) -> Iterator[None]:
    """An empty folder for the workers' metrics: the one that is set, or one of our own that goes when we go."""
    given = os.environ.get(METRICS_FOLDER)
    folder = Path(given or tempfile.mkdtemp(prefix="groundswell-metrics-"))
    folder.mkdir(parents=True, exist_ok=True)
    for left_behind in folder.glob("*.db"):
        left_behind.unlink()
    os.environ[METRICS_FOLDER] = str(folder)
    try:
        yield
    finally:
        # Workers leave through here too.
        if not given and os.getpid() == master:
            shutil.rmtree(folder, ignore_errors=True)


def _forget_gauges(_server: Any, worker: Any) -> None:
    """Have a worker that has ended count no longer as one that is live."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
