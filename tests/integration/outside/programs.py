"""Programs that are not ours and look at Groundswell from outside: a Kafka client, and Prometheus's checker."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

PACKAGES = {"kcat": "kcat", "promtool": "prometheus"}
GIVE_UP_AFTER_SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """How a program ended, and what it said."""

    code: int
    output: str
    errors: str


def run(program: str, *arguments: str, given: str = "") -> Ran:
    """Run a program to its end. Fails the test where it is not installed."""
    found = shutil.which(program)
    assert found, f"{program} is not installed: apt-get install {PACKAGES[program]}"
    done = subprocess.run(
        [found, *arguments], input=given, capture_output=True, text=True, check=False, timeout=GIVE_UP_AFTER_SECONDS
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Read:
    """A message as kcat reads it."""

    topic: str
    key: str
    headers: dict[str, str]
    value: Any


def read_topic(brokers: str, topic: str, since_milliseconds: int) -> list[Read]:
    """All that is in a topic from a moment on, read by kcat."""
    ran = run("kcat", "-b", brokers, "-t", topic, "-C", "-J", "-e", "-q", "-o", f"s@{since_milliseconds}")
    assert ran.code == 0, ran.errors
    return [_read(json.loads(line)) for line in ran.output.splitlines()]


def topics_of(brokers: str) -> set[str]:
    """The names of all topics, as kcat lists them."""
    ran = run("kcat", "-b", brokers, "-L", "-J")
    assert ran.code == 0, ran.errors
    return {topic["topic"] for topic in json.loads(ran.output)["topics"]}


def _read(message: dict[str, Any]) -> Read:
    names, values = message["headers"][::2], message["headers"][1::2]
    headers = dict(zip(names, values, strict=True))
    return Read(message["topic"], message["key"], headers, json.loads(message["payload"]))
