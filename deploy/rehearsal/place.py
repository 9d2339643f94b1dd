"""Where a rehearsal takes place: a stack that runs already, or one of its own that is gone afterwards."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.data_folder import DataFolder, running_on
from deploy.local.settings import SANDBOX_URL, settings_in
from deploy.local.stack import as_module
from deploy.local.temporary import ours, temporary_stack, without_ours
from deploy.local.trouble import CannotStart
from shared.installed import service_names

NEXT_PERSON = "rehearsed-people"
# The first of the invented people live in the demo.
DEMO_PEOPLE = 48
VENDORS = ("GROUNDSWELL_TWILIO_URL", "GROUNDSWELL_SENDGRID_URL", "GROUNDSWELL_REPRESENT_URL")
SPECS = "SANDBOX_CHECK_SPECS"


@dataclass(frozen=True)
class Place:
    """A running stack: its settings, and the folder that holds its data and logs."""

    settings: Mapping[str, str]
    folder: DataFolder

    @property
    def public_url(self) -> str:
        """Where supporters and organizers go."""
        return self.settings["GROUNDSWELL_PUBLIC_URL"]

    @property
    def sandbox_url(self) -> str:
        """The vendors' stand-in."""
        return self.settings[SANDBOX_URL]

    @property
    def brokers(self) -> list[str]:
        """Kafka."""
        return self.settings["GROUNDSWELL_KAFKA"].split(",")

    @property
    def services(self) -> list[str]:
        """Every service that is installed."""
        return list(service_names())

    def logs(self) -> list[Path]:
        """A log per process."""
        return sorted(self.folder.logs.glob("*.log"))

    @contextmanager
    def keeping_logs(self, target: Path | None) -> Iterator[None]:
        """At the end of the block, however it ends, copy the logs for who looks into it."""
        try:
            yield
        finally:
            if target:
                shutil.copytree(self.folder.logs, target, dirs_exist_ok=True)

    def take_people(self, count: int) -> int:
        """The first number of that many invented people whom no earlier rehearsal here has used."""
        path = self.folder.path / NEXT_PERSON
        first = int(path.read_text()) if path.exists() else DEMO_PEOPLE
        path.write_text(str(first + count))
        return first

    def add_organizer(self) -> tuple[str, str]:
        """Make an account for the rehearsal, as an operator does; its address and password."""
        email, password = f"rehearsal-{secrets.token_hex(4)}@example.org", secrets.token_urlsafe(24)
        self._groundswell(
            "organizer", "add", "--email", email, "--name", "Rehearsal", "--password-stdin", given=password
        )
        return email, password

    def remove_organizer(self, email: str) -> None:
        """Take the account away again."""
        self._groundswell("organizer", "remove", "--email", email)

    def _groundswell(self, *arguments: str, given: str = "") -> None:
        command = as_module("shared.command_line", *arguments)
        environment = {**os.environ, **self.settings}
        done = subprocess.run(command, env=environment, input=given + "\n", text=True, capture_output=True, check=False)
        if done.returncode:
            raise CannotStart(f"groundswell {' '.join(arguments[:2])}: {done.stderr.strip()[-300:]}")


@contextmanager
def place(data: Path) -> Iterator[Place]:
    """The stack that runs on a data folder, or else one of its own. Raises `CannotStart`."""
    folder = DataFolder(data.absolute())
    if running_on(folder) is not None:
        yield Place(_settings_of(folder), folder)
        return
    temporary = tempfile.TemporaryDirectory(prefix="groundswell-rehearsal-", ignore_cleanup_errors=True)
    with temporary as name, own_stack(Path(name)) as started:
        yield started


@contextmanager
def own_stack(path: Path) -> Iterator[Place]:
    """Run a stack in a folder until the end of the block. Raises `CannotStart`."""
    # As root, PostgreSQL's own account passes through here.
    path.chmod(0o711)
    with temporary_stack(path / "data", without_ours(SPECS)) as stack:
        yield Place(settings_in(stack.plan.folder.settings), stack.plan.folder)


def _settings_of(folder: DataFolder) -> dict[str, str]:
    """The settings of a stack that runs. Raises `CannotStart` where real people would hear of a rehearsal on it."""
    settings = {**settings_in(folder.settings), **ours(os.environ)}
    real = [name for name in VENDORS if settings.get(name) != settings.get(SANDBOX_URL)]
    if real:
        raise CannotStart(f"nothing is rehearsed on this stack: {', '.join(real)} does not lead to the sandbox")
    return settings
