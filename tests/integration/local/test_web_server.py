"""gunicorn: one worker answers many visitors, and nobody is cut off when it stops."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
import urllib3

from deploy.local.ports import free_ports
from deploy.local.readiness import status_of
from deploy.local.temporary import without_ours
from shared.settings import CoreSettings
from shared.web_server import run_web
from tests.fixtures.services import random_settings
from tests.fixtures.waiting import wait_until
from tests.integration.local.waiting_web import DATABASE, LOCK

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"


@dataclass(frozen=True)
class Web:
    """A web process under test."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str) -> urllib3.BaseHTTPResponse:
        """Ask over a connection of its own."""
        return urllib3.request(
            "GET", f"http://127.0.0.1:{self.port}{path}", timeout=60, headers={"Connection": "close"}
        )


@pytest.fixture
def holder(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection that holds the lock for which `/wait` waits."""
    with psycopg.connect(f"{database_url}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS groundswell_{DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE groundswell_{DATABASE}")
    with psycopg.connect(f"{database_url}/groundswell_{DATABASE}", autocommit=True) as holding:
        holding.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield holding


def test_a_worker_answers_others_while_one_waits_for_the_database(
    database_url: str, holder: psycopg.Connection, tmp_path: Path
) -> None:
    with _web(database_url, tmp_path, workers=1) as web, ThreadPoolExecutor(1) as visitor:
        waiting = visitor.submit(web.get, "/wait")
        wait_until(lambda: _somebody_waits(holder))

        meanwhile = web.get("/healthz").status

        assert (meanwhile, waiting.done()) == (200, False)
        _let_go(holder)
        assert waiting.result().status == 200


def test_an_address_that_is_taken_is_refused_though_workers_may_share_one(
    core_settings: CoreSettings, database_url: str, tmp_path: Path
) -> None:
    with _web(database_url, tmp_path, workers=1) as web, pytest.raises(OSError, match="in use"):
        run_web([], core_settings, f"127.0.0.1:{web.port}")


def test_a_request_is_finished_before_the_process_stops(
    database_url: str, holder: psycopg.Connection, tmp_path: Path
) -> None:
    with _web(database_url, tmp_path, workers=1) as web, ThreadPoolExecutor(1) as visitor:
        waiting = visitor.submit(web.get, "/wait")
        wait_until(lambda: _somebody_waits(holder))

        web.process.terminate()
        wait_until(lambda: "Handling signal: term" in web.log.read_text())
        _let_go(holder)

        assert waiting.result().status == 200
        assert web.process.wait() == 0


def test_a_worker_that_is_killed_is_replaced(database_url: str, tmp_path: Path) -> None:
    with _web(database_url, tmp_path, workers=1) as web:
        (worker,) = psutil.Process(web.process.pid).children()

        worker.kill()

        wait_until(lambda: [one.pid for one in psutil.Process(web.process.pid).children()] not in ([], [worker.pid]))
        assert web.get("/readyz").status == 200


def test_the_metrics_are_those_of_all_workers(database_url: str, tmp_path: Path) -> None:
    with _web(database_url, tmp_path, workers=2) as web:
        before = _healthz_counted(web)

        for _ in range(20):
            web.get("/healthz")

        assert _healthz_counted(web) - before == 20


def test_nobody_is_named_in_the_log_of_a_request_that_makes_no_sense(database_url: str, tmp_path: Path) -> None:
    with _web(database_url, tmp_path, workers=1) as web:
        web.get("/no-such-page/person%40example.org?phone=4165550123")
        with socket.create_connection(("127.0.0.1", web.port)) as connection:
            connection.sendall(b"GET /for/person@example.org?phone=4165550123 HTTP/9.9\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 4")
        web.process.terminate()
        web.process.wait()

    assert not re.search("example.org|example%40|4165550123", web.log.read_text())


def test_a_wrong_setting_of_a_service_ends_the_start_with_one_line() -> None:
    settings = random_settings("postgresql://nobody@127.0.0.1:1")
    environment = without_ours() | settings
    del environment["GROUNDSWELL_TWILIO_ACCOUNT_SID"]

    started = subprocess.run(
        [sys.executable, "-m", "shared.command_line", "web", "calls", "--bind=127.0.0.1:0", "--workers=1"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert started.returncode == 1
    assert "groundswell: settings: GROUNDSWELL_TWILIO_ACCOUNT_SID is not set" in started.stderr
    assert "Traceback" not in started.stderr


@contextmanager
def _web(database_url: str, folder: Path, workers: int) -> Iterator[Web]:
    port = free_ports().web
    log = folder / "web.log"
    command = [sys.executable, "-m", "tests.integration.local.waiting_web", f"127.0.0.1:{port}", str(workers)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=without_ours() | random_settings(database_url), stdout=output, stderr=output
        )
    try:
        wait_until(lambda: process.poll() is not None or status_of(port, "/readyz") == 200)
        assert process.poll() is None, log.read_text()
        yield Web(process, port, log)
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _somebody_waits(holder: psycopg.Connection) -> bool:
    row = holder.execute(WAITING, [LOCK]).fetchone()
    return bool(row and row[0])


def _let_go(holder: psycopg.Connection) -> None:
    holder.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _healthz_counted(web: Web) -> float:
    lines = web.get("/metrics").data.decode().splitlines()
    counted = [line for line in lines if line.startswith("groundswell_request_seconds_count") and "healthz" in line]
    return sum(float(line.rpartition(" ")[2]) for line in counted)
