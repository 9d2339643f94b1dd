"""`make test`: every test, in two processes side by side, as tests wait more than they work. Options are pytest's.

    python -m tests.side_by_side [--durations=20] …

The one has the tests that need a browser or a whole stack, the other all the rest; each has a PostgreSQL and a Kafka of
its own. What the first says is seen at once, what the second says when both have ended.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

WITH_A_STACK = (
    "tests/browser",
    "tests/faults",
    "tests/integration/local",
    "tests/integration/outside",
    "tests/integration/rehearsal",
)
# Which of the two a process is.
SIDE, SIDES = "TESTS_SIDE", 2


def main(options: Sequence[str]) -> int:
    """Run both to their ends; the exit code, 0 where all is well."""
    all_others = ("tests", *(f"--ignore={folder}" for folder in WITH_A_STACK))
    with tempfile.TemporaryFile() as said:
        both = [_pytest(0, [*WITH_A_STACK, *options], None), _pytest(1, [*all_others, *options], said)]
        # Whoever interrupts at a terminal interrupts them as well, and they have things to put away.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        codes = [one.wait() for one in both]
        said.seek(0)
        sys.stdout.write(said.read().decode(errors="replace"))
    return max(codes)


def _pytest(side: int, arguments: Sequence[str], output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.Popen(command, env=os.environ | {SIDE: str(side)}, stdout=output, stderr=output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
