"""A worker is a process: it starts, works, shows how it is, and stops when it is told, whatever is away."""

import signal
from pathlib import Path

import pytest

from deploy.local.ports import free_ports
from shared.bus.topics import create_topics
from shared.database import Database, migrate
from shared.settings import CoreSettings
from tests.integration.backbone.bus import Bus, running, until
from tests.integration.backbone.processes import ask, environment, install_tester, worker
from tests.integration.backbone.tester.service import MIGRATIONS


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_tester(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def tester(settings: CoreSettings, database: Database) -> Bus:
    """The bus that the installed tester is on."""
    create_topics(settings, ["tester"])
    return Bus("tester", settings, database)


@pytest.fixture
def variables(installed: Path, settings: CoreSettings) -> dict[str, str]:
    return environment(installed, settings)


def acted_says(port: int) -> float:
    """How many domain events a worker's metrics say that it acted on."""
    name = 'groundswell_handled_total{outcome="acted",service="tester",type="thing.happened"}'
    found = [line for line in ask(port, "/metrics")[1].splitlines() if line.startswith(name)]
    return float(found[0].removeprefix(name)) if found else 0.0


def test_a_worker_relays_and_reacts_and_stops_when_it_is_told(tester: Bus, variables: dict[str, str]) -> None:
    port = free_ports().metrics

    with worker(variables, "tester", "--metrics-port", str(port)) as process:
        process.wait_for("worker ready")
        tester.post(tester.events("relays and reacts", range(50)))
        until(lambda: len(tester.acted("relays and reacts")) == 50, "all acted")
        until(lambda: ask(port, "/readyz") == (200, "ready\n"), "it is ready")
        # It may have found what other tests left on its topic, too.
        until(lambda: acted_says(port) >= 50, "the metric says so")
        alive, nothing = ask(port, "/healthz"), ask(port, "/nothing")
        code = process.kill(signal.SIGTERM)

    assert code == 0
    assert process.logged("worker stopped")
    assert alive == (200, "alive\n")
    assert nothing[0] == 404
    assert tester.acted("relays and reacts") == list(range(50))


def test_what_a_worker_was_killed_in_the_middle_of_is_done_once_by_the_next(
    tester: Bus, variables: dict[str, str]
) -> None:
    tester.order("wait", "killed", 2)
    tester.post(tester.events("killed", range(5)))

    with worker(variables, "tester") as process:
        process.wait_for("worker ready")
        until(lambda: tester.waiting() == 0, "the outbox is empty")
        tester.post(tester.events("unpublished", range(5)))
        process.kill(signal.SIGKILL)
    tester.take_back("killed", 2)
    with worker(variables, "tester"):
        until(lambda: len(tester.acted()) == 10, "all acted")

    assert tester.acted("killed") == [0, 1, 2, 3, 4]
    assert tester.acted("unpublished") == [0, 1, 2, 3, 4]


def test_a_relay_that_stands_by_takes_over_from_a_worker_that_is_killed(tester: Bus, variables: dict[str, str]) -> None:
    with worker(variables, "tester") as process:
        process.wait_for("worker ready")
        tester.post(tester.events("before", range(3)))
        until(lambda: tester.waiting() == 0, "the worker's relay leads")
        with running(tester.relay().run):
            process.kill(signal.SIGKILL)
            tester.post(tester.events("after", range(3)))
            until(lambda: tester.waiting() == 0, "the other relay has taken over")

    assert [record.key for record in tester.records()].count(b"after") == 3


def test_a_worker_tells_what_is_away_and_stops_all_the_same(
    installed: Path, settings: CoreSettings, tester: Bus
) -> None:
    port = free_ports().metrics
    variables = environment(installed, settings, GROUNDSWELL_KAFKA="127.0.0.1:1")
    tester.post(tester.events("waits", range(1)))

    with worker(variables, "tester", "--metrics-port", str(port)) as process:
        process.wait_for("worker ready")
        ready, alive = ask(port, "/readyz"), ask(port, "/healthz")
        process.wait_for("relay interrupted, trying again")
        code = process.kill(signal.SIGTERM)

    assert ready == (503, "Kafka does not answer\n")
    assert alive == (200, "alive\n")
    assert code == 0
    assert tester.waiting() == 1


def test_a_worker_whose_part_fails_beyond_repair_ends_for_a_fresh_one_to_be_started(
    installed: Path, settings: CoreSettings, tester_server: str
) -> None:
    migrate(tester_server, "unmigrated", MIGRATIONS)
    create_topics(settings, ["tester"])

    with worker(environment(installed, settings), "unmigrated") as process:
        code = process.exit_code()

    assert code == 1
    failed = process.wait_for("a part of the worker failed")
    assert failed["failed_part"].startswith("unmigrated ")
    assert "UndefinedTable" in failed["exception"]


def test_a_wrong_setting_stops_the_start_with_one_line(installed: Path, settings: CoreSettings) -> None:
    with worker(environment(installed, settings, GROUNDSWELL_PEPPER="salt", GROUNDSWELL_KAFKA=""), "tester") as process:
        code = process.exit_code()

    (line,) = process.lines
    assert code == 1
    assert "GROUNDSWELL_PEPPER" in line
    assert "GROUNDSWELL_KAFKA" in line


def test_a_port_that_is_taken_stops_the_start_with_one_line(variables: dict[str, str], tester: Bus) -> None:
    port = free_ports().metrics

    with worker(variables, "tester", "--metrics-port", str(port)) as first:
        first.wait_for("worker ready")
        with worker(variables, "tester", "--metrics-port", str(port)) as second:
            code = second.exit_code()

    assert code == 1
    assert "port is already taken" in second.lines[-1]
