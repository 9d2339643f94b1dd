"""The metrics of every process, checked by Prometheus's own program."""

import pytest
import requests

from shared.installed import service_names
from tests.fixtures.waiting import wait_until
from tests.integration.outside.busy import Busy
from tests.integration.outside.programs import run

TIMEOUT_SECONDS = 30
# What each process cannot do its work without counting.
COUNTED = {
    "web": {"groundswell_request_seconds"},
    "signatures": {"groundswell_published_total", "groundswell_handled_age_seconds", "groundswell_consumer_lag"},
    "notifications": {"groundswell_deliveries_total", "groundswell_provider_seconds", "groundswell_outbox_depth"},
    "calls": {"groundswell_calls_total", "groundswell_jobs_total"},
    "events": {"groundswell_handled_total"},
    "organizers": {"groundswell_outbox_age_seconds"},
}


def scrape(busy: Busy, process: str) -> str:
    """The metrics of one process, as Prometheus asks for them."""
    ports = busy.stack.ports
    port = ports.web if process == "web" else ports.metrics + list(service_names()).index(process)
    answer = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=TIMEOUT_SECONDS)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return answer.text


@pytest.mark.parametrize("process", ["web", *service_names()])
def test_prometheus_finds_nothing_wrong_with_the_metrics_of(busy: Busy, process: str) -> None:
    wait_until(lambda: all(f"\n{name}" in scrape(busy, process) for name in COUNTED[process]))

    checked = run("promtool", "check", "metrics", given=scrape(busy, process))

    assert (checked.code, checked.output + checked.errors) == (0, "")


def test_the_check_finds_what_is_wrong() -> None:
    """Or it would say nothing above."""
    checked = run("promtool", "check", "metrics", given="# TYPE seen counter\nseen 1\n")

    assert checked.code != 0
