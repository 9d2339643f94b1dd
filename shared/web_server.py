"""The web process: gunicorn with gevent workers, each with an app and connections of its own.

A worker is patched by gevent right after its fork, and psycopg waits for others only if it was imported after that. So
nothing of the services is imported here before the fork; see `_app`.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.errors import AppImportError
from gunicorn.glogging import Logger
from gunicorn.http import wsgi
from gunicorn.util import write

from shared.observability.logging import set_up_logging
from shared.settings import CoreSettings, SettingsAreWrong

# Where the worker processes' metrics meet; prometheus-client reads the variable when it is imported.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONNECTIONS_PER_WORKER = 1_000
ANSWER_WITHIN_SECONDS = 30
FINISH_WITHIN_SECONDS = 10
KEEP_ALIVE_SECONDS = 5

Wsgi = Callable[[dict[str, Any], Any], Any]
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

    Raises `ImportedTooSoon` where a worker could answer nobody while one of its requests waits for the database.
    """
    if "psycopg" in sys.modules:
        raise ImportedTooSoon("psycopg was imported before the fork")
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


class ImportedTooSoon(Exception):
    """Something was imported before the workers are forked that gevent has to be there before."""


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make_app: Callable[[], Wsgi], options: dict[str, Any]) -> None:
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        return self._make_app()


class _Whole(wsgi.Response):  # type: ignore[misc]
    """An answer whose body comes in one piece, as almost all do, is written in one go with its head.

    gunicorn writes the one and then the other: two packets, and a seventh more work for a short answer.
    """

    def write(self, arg: bytes) -> None:
        """Write a piece of the body."""
        if self.headers_sent or self._omits_body or self.response_length != len(arg):
            super().write(arg)
            return
        head = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
        self.headers_sent: bool = True
        self.sent = len(arg)
        write(self.sock, "".join(head).encode("latin-1") + arg)


def _use_whole_answers(_server: Any, _worker: Any) -> None:
    # There is no setting for it.
    wsgi.Response = _Whole


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
        "worker_class": "gevent",
        "worker_connections": CONNECTIONS_PER_WORKER,
        "timeout": ANSWER_WITHIN_SECONDS,
        "graceful_timeout": FINISH_WITHIN_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        "logger_class": _Log,
        "post_fork": _use_whole_answers,
        "child_exit": _forget_gauges,
        # Nobody's word is taken here for who they are or how they came: that is for `proxies` to say. Looking up who
        # may be believed would take longer than not listening.
        "forwarded_allow_ips": "*",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        # It would be a file in the home folder, for a tool that nobody here uses.
        "control_socket_disable": True,
    }


def _app(services: Sequence[str], settings: CoreSettings, proxies: int, around: Around | None) -> Wsgi:
    """The app of one worker, after its fork. The first to import the services, and so the database's driver."""
    from shared.service import assemble, service_named
    from shared.web.app import create_app

    try:
        parts = [(service, *assemble(service, settings)) for service in map(service_named, services)]
    except SettingsAreWrong as error:
        raise AppImportError(f"groundswell: {error}") from None
    app = create_app(parts, settings, proxies=proxies)
    return around(app) if around else app


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
