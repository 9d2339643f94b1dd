"""Whether every setting that the services need is there and can be read."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from deploy.local.doctor.finding import Finding, Patient, well, wrong
from shared.installed import service_names
from shared.service import service_named
from shared.settings import CoreSettings, SettingsAreWrong, load

CORRECT = "correct it in the environment or the settings file"


def look_at_settings(patient: Patient) -> Iterator[Finding]:
    """The core's, then each service's own."""
    with environment_of(patient.settings):
        yield _read("settings", CoreSettings)
        for name in service_names():
            yield _of_service(name)


@contextmanager
def environment_of(settings: Mapping[str, str]) -> Iterator[None]:
    """Read settings from these for a while: `load` looks at the environment."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _of_service(name: str) -> Finding:
    part = f"settings of {name}"
    try:
        service = service_named(name)
    except Exception as error:  # noqa: BLE001 — whatever it is, the service cannot run with it
        return wrong(part, f"the service cannot be loaded ({error})", "install Groundswell again, whole")
    return _read(part, service.settings) if service.settings else well(part, "it needs none")


def _read(part: str, declaration: type) -> Finding:
    try:
        load(declaration)
    except SettingsAreWrong as error:
        return wrong(part, str(error).removeprefix("settings: "), CORRECT)
    return well(part, "all are there")
