"""The step that loads the demo's campaign into a stack, once per data folder."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.demo.load import load_demo
from deploy.local.program import Program
from deploy.local.settings import SANDBOX_URL
from deploy.local.stack import SANDBOX, WEB, Plan, as_module, environment_of, worker_of
from shared.installed import service_names

NAME = "campaign"
MARKER = "campaign-is-loaded"


def loading(plan: Plan) -> Sequence[Program]:
    """The step, or none where the campaign has been loaded before."""
    marker = plan.folder.path / MARKER
    if marker.exists():
        return ()
    return (
        Program(
            name=NAME,
            command=as_module("deploy.demo.step", str(marker)),
            after=(WEB, SANDBOX, *map(worker_of, service_names())),
            runs_once=True,
            environment=environment_of(plan),
            ready_within_seconds=180.0,
        ),
    )


def main(marker: Path) -> None:
    """Load it, and remember that it was."""
    load_demo(os.environ["GROUNDSWELL_PUBLIC_URL"], os.environ, os.environ[SANDBOX_URL])
    marker.touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
