"""`groundswell demo`: the local stack with a small campaign on it."""

import os
from pathlib import Path

import click

from deploy.local.commands import DATA, FRESH, PORT, WORKERS, run_stack


@click.command()
@DATA
@PORT
@FRESH
@WORKERS
def demo(data: Path, port: int | None, fresh: bool, workers: int) -> None:
    """Start it all with a small campaign to look at, until Ctrl-C."""
    from deploy.demo.announcing import announce_demo
    from deploy.demo.step import loading
    from deploy.local.running import Wishes

    run_stack(
        Wishes(data, os.environ, port, fresh, workers, errors_only=True, further=loading, when_ready=announce_demo)
    )
