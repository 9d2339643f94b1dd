"""`groundswell sandbox`: it serves, says in one line what is wrong, and stops when it is told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from deploy.local.ports import free_ports
from tests.fixtures.sandbox import random_account
from tests.fixtures.waiting import wait_until


@contextmanager
def running(*options: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "shared.command_line", "sandbox", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")}
    process = subprocess.Popen(
        command, env={**environment, **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def healthy(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False


def test_it_serves_where_it_says_and_stops_though_a_page_is_open() -> None:
    port = free_ports().sandbox
    with running("--port", str(port), **random_account(), GROUNDSWELL_PUBLIC_URL="http://127.0.0.1:9") as process:
        wait_until(lambda: healthy(port))
        account = requests.get(f"http://127.0.0.1:{port}/sandbox/api/account", timeout=30).json()
        line = requests.get(f"http://127.0.0.1:{port}/sandbox/live?topic=phones", stream=True, timeout=30)

        process.send_signal(signal.SIGTERM)

        said, _ = process.communicate(timeout=60)
        line.close()
        assert process.returncode == 0
        assert said.strip() == f"sandbox: http://127.0.0.1:{port}/sandbox/"
        assert account["messaging_webhook"] == "http://127.0.0.1:9/webhooks/twilio/messages"
        assert account["event_webhook"] == "http://127.0.0.1:9/webhooks/sendgrid/events"


@pytest.mark.parametrize(
    ("options", "changes", "says"),
    [
        ([], {"GROUNDSWELL_TWILIO_AUTH_TOKEN": ""}, "GROUNDSWELL_TWILIO_AUTH_TOKEN is not set"),
        ([], {"GROUNDSWELL_TWILIO_ACCOUNT_SID": "AC1"}, "must be AC and 32 hex digits"),
        ([], {"GROUNDSWELL_TWILIO_TEXT_FROM": "911"}, "must be a Canadian or US number"),
        ([], {"SANDBOX_SENDGRID_PRIVATE_KEY": "secret"}, "is not a PEM private key"),
        (["--event-webhook", "nowhere"], {}, "--event-webhook must be an http address"),
        (["--check-specs", "/no/such/folder"], {}, "there is no directory"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_1(options: list[str], changes: dict[str, str], says: str) -> None:
    with running("--port", str(free_ports().sandbox), *options, **{**random_account(), **changes}) as process:
        _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert len(said.strip().splitlines()) == 1
    assert says in said


def test_a_port_that_is_taken_is_one_line() -> None:
    port = free_ports().sandbox
    with running("--port", str(port), **random_account()):
        wait_until(lambda: healthy(port))
        with running("--port", str(port), **random_account()) as second:
            _, said = second.communicate(timeout=60)

    assert second.returncode == 1
    assert said.strip().startswith(f"Error: port {port} cannot be used")
    assert len(said.strip().splitlines()) == 1
