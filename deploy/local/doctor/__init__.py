"""`groundswell doctor`: looks at every part, changes nothing, and says what to do about what is missing."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local.data_folder import DataFolder
from deploy.local.doctor.finding import Finding, Patient, wrong
from deploy.local.doctor.machine import look_at_machine
from deploy.local.doctor.ourselves import look_at_processes
from deploy.local.doctor.servers import look_at_database, look_at_kafka
from deploy.local.doctor.settings import look_at_settings
from deploy.local.doctor.vendors import look_at_vendors
from deploy.local.settings import settings_in
from shared.settings import PREFIX

BEGIN = "start a local stack with `groundswell up`, or follow docs/guides/production.md"
CHECKS = (look_at_machine, look_at_settings, look_at_database, look_at_kafka, look_at_vendors, look_at_processes)


def examine(data: Path, environment: Mapping[str, str]) -> list[Finding]:
    """Look at the stack on a data folder or, where there is none, at what the environment's settings name.

    Raises `CannotStart` where the folder's settings cannot be read.
    """
    folder = DataFolder(data.absolute())
    settings = {**settings_in(folder.settings), **environment}
    if not any(name.startswith(PREFIX) for name in settings):
        return [wrong("settings", f"there are none, neither in the environment nor in {folder.path}", BEGIN)]
    patient = Patient(folder, settings)
    return [finding for look in CHECKS for finding in look(patient)]
