"""The folder that holds a local stack's data, settings and logs, marked as ours and used by one stack at a time."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.local.trouble import CannotStart

DEFAULT = Path(".groundswell")
MARKER = "local-stack"
MARKER_TEXT = "This folder belongs to a local stack of Groundswell; `groundswell up --fresh` deletes what is in it.\n"
# Where PostgreSQL's files go when root keeps the data folder in a place that nobody else may enter, such as /root.
ELSEWHERE = Path("/var/lib/groundswell")


@dataclass(frozen=True)
class DataFolder:
    """The rooms of the folder."""

    path: Path

    @property
    def settings(self) -> Path:
        """Generated settings and secrets."""
        return self.path / "settings.env"

    @property
    def logs(self) -> Path:
        """A log per process."""
        return self.path / "logs"

    @property
    def kafka(self) -> Path:
        """Kafka's configuration and log segments."""
        return self.path / "kafka"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster, or a link to it."""
        return self.path / "postgres"

    def prepare(self) -> None:
        """Make the folder and mark it. Raises `CannotStart` where it is somebody else's."""
        try:
            self._mark()
        except OSError as error:
            raise CannotStart(f"{error.filename}: {error.strerror}; choose another folder with --data") from None

    def forget(self) -> None:
        """Delete everything in it. Raises `CannotStart` where the folder is not ours."""
        self.prepare()
        for room in self.path.iterdir():
            if room.name in (MARKER, _LOCK):
                continue
            if room.is_symlink():
                self._forget_elsewhere(room)
            elif room.is_dir():
                shutil.rmtree(room)
            else:
                room.unlink()

    def lock(self) -> "Lock":
        """Take the folder for this process. Raises `CannotStart` where another stack runs on it."""
        return Lock(self.path / _LOCK)

    def _mark(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        marker = self.path / MARKER
        if not marker.exists():
            if any(self.path.iterdir()):
                raise CannotStart(
                    f"{self.path} holds something else than a local stack; choose another folder with --data"
                )
            marker.write_text(MARKER_TEXT)
        # As root, PostgreSQL's own account passes through here; what is personal is in rooms closed to it.
        self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for room in (self.logs, self.kafka):
            room.mkdir(mode=0o700, exist_ok=True)

    def _forget_elsewhere(self, link: Path) -> None:
        target = link.resolve()
        if target.is_relative_to(ELSEWHERE) and target != ELSEWHERE:
            shutil.rmtree(target, ignore_errors=True)
        link.unlink()


class Lock:
    """Holds a data folder until it is closed or the process ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(self._file)
            self._file.close()
            raise CannotStart(
                f"a stack already runs on {path.parent} (process {holder}); stop it, or use another folder with --data"
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        """Let the folder go."""
        self._file.close()


def running_on(folder: DataFolder) -> int | None:
    """The process id of the stack that runs on the folder, if one does."""
    path = folder.path / _LOCK
    if not path.exists():
        return None
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(file)
            return int(holder) if holder.isdigit() else None
    return None


_LOCK = "lock"


def _holder(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip() or "unknown"
