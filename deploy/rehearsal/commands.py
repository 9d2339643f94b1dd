"""`groundswell rehearse`: the whole campaign before a single real telephone rings."""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deploy.local.data_folder import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.rehearsal.stages import Report

MOST = 30_000


@click.command()
@click.option("--supporters", type=click.IntRange(1, MOST), default=200, show_default=True, help="How many take part.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else, on standard output.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT,
    show_default=True,
    help="The data folder of the stack to rehearse on; where none runs, one is started for the rehearsal alone.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a stage may stand still before it is given up.",
)
@click.option("--keep-log", type=click.Path(path_type=Path), help="Copy the logs into this folder afterwards.")
def rehearse(supporters: int, as_json: bool, data: Path, patience: float, keep_log: Path | None) -> None:
    """Play a whole campaign with invented people, and compare each stage; exit 1 where anything differs."""
    import requests

    from deploy.local.trouble import CannotStart
    from deploy.rehearsal.console import ConsoleRefused
    from deploy.rehearsal.people import TooMany
    from deploy.rehearsal.stages import Report

    begin = partial(Report, supporters, partial(click.echo, err=as_json), patience)
    try:
        report = _rehearse(supporters, data, keep_log, begin)
    except (CannotStart, TooMany, ConsoleRefused, requests.RequestException) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    sys.exit(0 if report.ok else 1)


def _rehearse(supporters: int, data: Path, keep_log: Path | None, begin: "Callable[[], Report]") -> "Report":
    from deploy.rehearsal.people import invent
    from deploy.rehearsal.place import place
    from deploy.rehearsal.rehearse import Rehearsal
    from deploy.sandbox.represent.postal_codes import SAMPLE_POSTAL_CODES, UNKNOWN_POSTAL_CODE
    from shared.settings import CoreSettings, load

    codes = [*SAMPLE_POSTAL_CODES, UNKNOWN_POSTAL_CODE]
    with place(data) as here, here.keeping_logs(keep_log):
        people = invent(supporters, codes, first=here.take_people(supporters))
        os.environ.update(here.settings)
        report = begin()
        Rehearsal(here, load(CoreSettings), people, report).play()
        report.tell(f"  {'everything as expected' if report.ok else 'NOT as expected'}, {report.seconds:.0f} s")
    return report
