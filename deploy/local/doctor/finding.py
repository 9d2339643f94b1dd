"""What the doctor finds, and whom it looks at."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deploy.local.data_folder import DataFolder, running_on
from shared.installed import service_names
from shared.service import Service, service_named


@dataclass(frozen=True)
class Finding:
    """How one part is; where it is not well, `advice` says what to do."""

    part: str
    well: bool
    what: str
    advice: str = ""

    def line(self) -> str:
        """The finding at a terminal."""
        verdict = "ok   " if self.well else "WRONG"
        return f"{verdict}  {self.part}: {self.what}" + (f"; {self.advice}" if self.advice else "")


def well(part: str, what: str) -> Finding:
    """Nothing to do."""
    return Finding(part, True, what)


def wrong(part: str, what: str, advice: str) -> Finding:
    """Something to do."""
    return Finding(part, False, what, advice)


@dataclass(frozen=True)
class Patient:
    """A stack, by its settings; a local one has a data folder."""

    folder: DataFolder
    settings: Mapping[str, str]

    @property
    def is_local(self) -> bool:
        """Whether this is about a local stack's data folder rather than about the environment alone."""
        return self.folder.settings.exists()

    @property
    def start_it(self) -> str:
        """What to do about a part that does not answer."""
        if not self.is_local:
            return "start it, or correct the setting"
        if running_on(self.folder) is None:
            return "no stack runs on the data folder: start it with `groundswell up`"
        return f"see its log in {self.folder.logs}"


def services_that_load() -> Iterator[Service]:
    """The installed services, but for those that are broken; those are found when looking at settings."""
    for name in service_names():
        with contextlib.suppress(Exception):
            yield service_named(name)
