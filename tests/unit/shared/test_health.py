"""A supervisor hears what is wrong in a few words, each in its place."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from shared.observability.health import serve_health

Answer = tuple[int, str, str]


class Worker:
    """What the answers are about."""

    def __init__(self) -> None:
        self.hangs: list[str] = []
        self.is_away: list[str] = []


@pytest.fixture
def worker() -> Worker:
    return Worker()


def has_ipv6() -> bool:
    """Whether this machine can speak to itself in IPv6, which not all can."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.fixture(params=["127.0.0.1", *(["::1"] if has_ipv6() else [])])
def address(request: pytest.FixtureRequest, worker: Worker) -> Iterator[str]:
    server = serve_health(request.param, 0, lambda: worker.hangs, lambda: worker.is_away)
    host = f"[{request.param}]" if ":" in request.param else request.param
    yield f"http://{host}:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def ask(address: str, path: str) -> Answer:
    try:
        with urllib.request.urlopen(address + path, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers["Content-Type"]


def test_all_is_well(address: str) -> None:
    assert ask(address, "/healthz")[:2] == (200, "alive\n")
    assert ask(address, "/readyz")[:2] == (200, "ready\n")


def test_what_is_away_makes_it_unready_but_not_dead(address: str, worker: Worker) -> None:
    worker.is_away = ["the database of calls does not answer", "Kafka does not answer"]

    assert ask(address, "/readyz")[:2] == (503, "the database of calls does not answer\nKafka does not answer\n")
    assert ask(address, "/healthz")[:2] == (200, "alive\n")


def test_what_hangs_is_dead(address: str, worker: Worker) -> None:
    worker.hangs = ["calls due work hangs"]

    assert ask(address, "/healthz")[:2] == (503, "calls due work hangs\n")


def test_metrics_are_served_as_prometheus_reads_them(address: str) -> None:
    status, text, kind = ask(address, "/metrics?name[]=any")

    assert status == 200
    assert "# TYPE groundswell_outbox_depth gauge" in text
    assert kind.startswith("text/plain; version=")


def test_anything_else_is_not_found(address: str) -> None:
    assert ask(address, "/")[0] == 404


def test_a_port_that_is_taken_is_told_at_once(worker: Worker) -> None:
    first = serve_health("127.0.0.1", 0, list, list)

    with pytest.raises(OSError, match="in use"):
        serve_health("127.0.0.1", first.server_address[1], list, list)

    first.shutdown()
    first.server_close()
