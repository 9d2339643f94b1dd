"""`groundswell up`, `fetch` and `doctor`: the local stack at a terminal."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.local.data_folder import DEFAULT
from deploy.local.ports import DEFAULT_WEB_PORT, WEB_PORTS
from deploy.local.trouble import CannotStart

if TYPE_CHECKING:
    from deploy.local.running import Wishes

DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT,
    show_default=True,
    help="Where it is kept.",
)
PORT = click.option(
    "--port",
    type=click.IntRange(WEB_PORTS[0], WEB_PORTS[-1]),
    help=f"The web's port, {DEFAULT_WEB_PORT} at first; all others move with it, and it is remembered.",
)
FRESH = click.option("--fresh", is_flag=True, help="Delete what is there and start anew.")
WORKERS = click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="How many processes answer on the web."
)


@click.command()
@DATA
@PORT
@FRESH
@WORKERS
def up(data: Path, port: int | None, fresh: bool, workers: int) -> None:
    """Start Kafka, PostgreSQL, the sandbox and every service on this machine, until Ctrl-C."""
    from deploy.local.announcing import announce_stack
    from deploy.local.running import Wishes

    run_stack(Wishes(data, os.environ, port, fresh, workers, when_ready=announce_stack))


@click.command()
def fetch() -> None:
    """Fetch what does not come as a Python package: Kafka."""
    from deploy.local import jars

    if jars.are_there():
        click.echo(f"Kafka {jars.KAFKA} is there")
    _in_one_line(lambda: jars.fetch(click.echo))


@click.command()
@DATA
def doctor(data: Path) -> None:
    """Look at every part, and say what to do about what is missing; exit 1 where something is."""
    from deploy.local.doctor import examine

    findings = _in_one_line(lambda: examine(data, os.environ))
    for finding in findings:
        click.echo(finding.line())
    sys.exit(0 if all(finding.well for finding in findings) else 1)


def run_stack(wishes: "Wishes") -> None:
    """Run a stack until somebody asks it to stop; where it does not come up, say why in one line and exit 1."""
    from deploy.local.running import Stack

    def run() -> None:
        stop = threading.Event()
        stack = Stack(wishes, sys.stdout)
        _on_signals(stop, stack.supervisor.kill_all)
        stack.run(stop)

    _in_one_line(run)


def _on_signals(stop: threading.Event, kill: Callable[[], None]) -> None:
    """The first signal stops in order; another one at once."""

    def asked(*_: object) -> None:
        if stop.is_set():
            kill()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, asked)


def _in_one_line(do: Callable[[], Any]) -> Any:
    """Do it; where that cannot be, say why in one line and exit 1."""
    try:
        return do()
    except CannotStart as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        # A full disk, a folder that is not ours: for a person to see to.
        raise click.ClickException(f"{error.filename or 'this machine'}: {error.strerror or error}") from None
