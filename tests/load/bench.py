"""`make bench`: each stage of the main job beside the limit of what it stands on, in one run. Never a test.

    python -m tests.load.bench [--only STAGE] [--json bench.json]

Every stage has a real PostgreSQL and a real Kafka of its own, and processes of the product as they run in production.
What generates the load runs on the same cores. Absolute figures say something of the machine; the ratios are ours.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from tests.load.loop import measure_loop
from tests.load.machine import machine
from tests.load.measuring import Measured, Stage
from tests.load.stages import STAGES

COLUMNS = "{:<34} {:>12} {:>12}   {:>5} {:>6}"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", metavar="STAGE", action="append", help="a part of a stage's name, or thanks; may be given again"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, default=Path("bench.json"))
    options = parser.parse_args(argv)
    chosen = [stage for stage in STAGES if not options.only or any(part in stage.name for part in options.only)]
    click.echo(COLUMNS.format("stage", "limit", "measured", "ratio", "target"))
    rows = [_row(stage, _measure(stage)) for stage in chosen]
    if not options.only or "thanks" in options.only:
        with machine() as components:
            click.echo("\n".join(("", *measure_loop(components))))
    options.json.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _measure(stage: Stage) -> Measured:
    with machine() as components:
        measured = stage.run(components)
    verdict = "" if measured.ratio >= stage.target else "  missed"
    row = (f"{measured.limit:,.0f}/s", f"{measured.measured:,.0f}/s", f"{measured.ratio:.2f}", f"{stage.target:.2f}")
    click.echo("\n    ".join((COLUMNS.format(stage.name, *row) + verdict, *measured.remarks)))
    return measured


def _row(stage: Stage, measured: Measured) -> dict[str, Any]:
    return {
        "stage": stage.name,
        "limit": round(measured.limit, 1),
        "measured": round(measured.measured, 1),
        "ratio": round(measured.ratio, 3),
        "target": stage.target,
    }


if __name__ == "__main__":
    main()
