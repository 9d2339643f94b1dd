"""Signing through real web workers: gunicorn, a committer in each process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from deploy.local.ports import free_ports
from deploy.local.readiness import is_ready
from shared.domain_events.signatures import SignatureAdded
from tests.fixtures.waiting import wait_until
from tests.integration.signatures.office import PAGE, Office, body

VISITORS = 32


@dataclass(frozen=True)
class Web:
    """Two web workers, and those who visit them."""

    process: subprocess.Popen[bytes]
    port: int
    visitors: urllib3.PoolManager

    def sign(self, number: int) -> int:
        """One of a crowd signs; the status, 0 where the connection was cut."""
        sent = json.dumps(body(email=f"person.{number}@example.org", phone=None))
        headers = {"Content-Type": "application/json"}
        address = f"http://127.0.0.1:{self.port}{PAGE}/signatures"
        try:
            return self.visitors.request("POST", address, body=sent, headers=headers, retries=False, timeout=60).status
        except urllib3.exceptions.HTTPError:
            return 0


@pytest.fixture
def web(open_office: Office, tmp_path: Path) -> Iterator[Web]:
    """The office's pages, served as in production; on the settings that the fixtures put into the environment."""
    port = free_ports().web
    command = [sys.executable, "-m", "shared.command_line", "web", "signatures", "--bind", f"127.0.0.1:{port}"]
    with (tmp_path / "web.log").open("wb") as log:
        process = subprocess.Popen(command, env=dict(os.environ), stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: is_ready(port))
        yield Web(process, port, urllib3.PoolManager(maxsize=VISITORS, block=True))
    finally:
        process.terminate()
        process.wait(60)


def test_a_crowd_is_stored_once_each_and_everybody_is_answered(open_office: Office, web: Web) -> None:
    with ThreadPoolExecutor(VISITORS) as crowd:
        # Each comes twice, as somebody does who is not sure that it worked.
        statuses = list(crowd.map(web.sign, [*range(300), *range(300)]))

    assert statuses == [201] * 600
    stored = {str(row.id) for row in open_office.rows()}
    assert len(stored) == 300
    assert sorted(event.signature_id for event in open_office.posted(SignatureAdded)) == sorted(stored)


def test_whoever_was_answered_before_the_workers_stopped_is_stored(open_office: Office, web: Web) -> None:
    with ThreadPoolExecutor(VISITORS) as crowd:
        signing = {crowd.submit(web.sign, number): number for number in range(600)}
        for done, _ in enumerate(as_completed(signing)):
            if done == 100:
                web.process.terminate()

    answered = [number for future, number in signing.items() if future.result() == 201]
    assert web.process.wait(60) == 0
    prints = open_office.backbone.fingerprints
    stored = {row.supporter_id for row in open_office.rows()}
    assert len(answered) > 100
    assert {prints.supporter_id(email=f"person.{number}@example.org", phone=None) for number in answered} <= stored
