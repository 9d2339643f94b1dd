"""Whether the web process and the workers say that they are ready."""

from collections.abc import Iterator

import urllib3

from deploy.local.doctor.finding import Finding, Patient, well, wrong
from deploy.local.ports import HOST, Ports
from deploy.local.readiness import PATIENCE_SECONDS
from shared.installed import service_names


def look_at_processes(patient: Patient) -> Iterator[Finding]:
    """The web process at its public address; of a local stack the workers too, whose ports are known."""
    public_url = patient.settings.get("GROUNDSWELL_PUBLIC_URL")
    if public_url:
        yield _process("web", public_url, patient)
    if patient.is_local:
        first = Ports().as_set_in(patient.settings).metrics
        for number, name in enumerate(service_names()):
            yield _process(f"worker of {name}", f"http://{HOST}:{first + number}", patient)


def _process(part: str, address: str, patient: Patient) -> Finding:
    timeout = urllib3.Timeout(PATIENCE_SECONDS)
    try:
        with urllib3.PoolManager(timeout=timeout, retries=False) as asking:
            status = asking.request("GET", f"{address}/readyz", redirect=False).status
    except urllib3.exceptions.HTTPError:
        return wrong(part, f"nothing answers at {address}", patient.start_it)
    if status != 200:
        return wrong(part, f"it is not ready (status {status} at {address}/readyz)", patient.start_it)
    return well(part, f"ready at {address}")
