"""One log of all processes: each line with its process's name before it, and readable where it was written as JSON."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

OURSELVES = "groundswell"
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
ERRORS = frozenset({"error", "critical"})
LOUD = ERRORS | {"warning"}
# Said by the name before the line, or of use to programs only.
_LEFT_OUT = frozenset({"process", "timestamp", "level", "event", "part", "trace_id", "trace_ids", "exception"})


class OneLog:
    """Follows the logs in a folder, and writes what is new in them to a stream."""

    def __init__(self, folder: Path, names: Iterable[str], stream: TextIO, *, errors_only: bool = False) -> None:
        self._stream = stream
        self._errors_only = errors_only
        self._followed = {name: _Followed(folder / f"{name}.log") for name in names}
        self._width = max(map(len, (OURSELVES, *self._followed)))
        coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self._colours = dict(zip(self._followed, COLOURS * len(self._followed), strict=False)) if coloured else {}

    def say(self, text: str) -> None:
        """Write a line of the supervisor's own."""
        self._write(OURSELVES, text)

    def show_what_is_new(self) -> None:
        """Write the lines that were added since the last time."""
        for name, followed in self._followed.items():
            for line in followed.new_lines():
                written = _read(line)
                if not self._errors_only or written.get("level") in ERRORS:
                    self._write(name, readable(written) if written else line)

    def _write(self, name: str, text: str) -> None:
        before = f"{name:<{self._width}} |"
        if name in self._colours:
            before = f"\033[{self._colours[name]}m{before}\033[0m"
        for line in text.splitlines():
            print(before, line, file=self._stream)
        self._stream.flush()


class _Followed:
    """A file that grows, and how far it was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._unfinished = b""

    def new_lines(self) -> Iterator[str]:
        if not self._path.exists() or self._path.stat().st_size == self._read:
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            added = file.read()
        self._read += len(added)
        *lines, self._unfinished = (self._unfinished + added).split(b"\n")
        yield from (line.decode(errors="replace") for line in lines if line.strip())


def readable(written: dict[str, Any]) -> str:
    """A log line for people: time, level where it matters, what happened, with what; and where it went wrong."""
    level = str(written.get("level", ""))
    parts = [str(written.get("timestamp", ""))[11:19], level.upper() if level in LOUD else ""]
    parts += [str(written.get("event", ""))]
    parts += [f"{name}={value}" for name, value in written.items() if name not in _LEFT_OUT]
    text = " ".join(part for part in parts if part)
    return f"{text}\n{written['exception']}" if "exception" in written else text


def put_aside(folder: Path) -> None:
    """Keep the logs of the last run as `<name>.log.before`, so that those of this run begin empty."""
    for log in folder.glob("*.log"):
        log.replace(log.with_name(f"{log.name}.before"))


def _read(line: str) -> dict[str, Any]:
    """The fields of a line written as JSON; none of any other."""
    if not line.startswith("{"):
        return {}
    try:
        written = json.loads(line)
    except ValueError:
        return {}
    return written if isinstance(written, dict) else {}
