"""Log lines are data: one JSON object a line, redacted, with the process, the part and the trace they belong to."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
STORY = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
SET_UP = """
import logging, threading, warnings
from shared.observability.logging import logger, set_up_logging
from shared.observability.tracing import tracing
set_up_logging("signatures-worker", "{level}")
log = logger("relay")
"""


def lines_of(code: str, level: str = "INFO") -> list[dict[str, Any]]:
    """What a process of its own logs while it runs some code."""
    command = [sys.executable, "-c", SET_UP.format(level=level) + code]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_says_when_where_and_what() -> None:
    (line,) = lines_of('log.info("published", events=3)')

    assert line["event"] == "published"
    assert line["events"] == 3
    assert line["level"] == "info"
    assert line["process"] == "signatures-worker"
    assert line["part"] == "relay"
    assert line["timestamp"].endswith("Z")


def test_a_line_says_which_story_it_belongs_to() -> None:
    (line,) = lines_of(f'with tracing("{STORY}"): log.info("reacted")')

    assert line["trace_id"] == STORY.split("-")[1]


def test_a_line_is_redacted_wherever_the_person_stands() -> None:
    lines = lines_of(
        """
log.warning("wrote to ada@example.org", name="Ada Example", error=ValueError("+1 416 555 0123"), n=4165550123)
try:
    raise ValueError("no such contact: ada@example.org, M5V 2T6")
except ValueError:
    log.exception("failed for 416-555-0123")
"""
    )

    text = json.dumps(lines)
    assert len(lines) == 2
    for personal in ("ada@example.org", "Ada Example", "555", "M5V 2T6"):
        assert personal not in text
    assert "ValueError" in lines[1]["exception"]


def test_what_libraries_log_is_of_the_same_form() -> None:
    lines = lines_of(
        """
logging.getLogger("somebody.else").warning("cannot reach %s", "ada@example.org")
try:
    raise KeyError("+14165550123")
except KeyError:
    logging.getLogger("somebody.else").exception("broke")
warnings.warn("old: ada@example.org")
"""
    )

    assert lines[0]["event"] == "cannot reach [redacted]"
    assert lines[0]["level"] == "warning"
    assert lines[0]["process"] == "signatures-worker"
    assert "KeyError: '[redacted]'" in lines[1]["exception"]
    assert "old: [redacted]" in lines[2]["event"]


def test_what_nobody_caught_is_a_line_too() -> None:
    """On standard error it would stand as it is."""
    (line,) = lines_of('raise ValueError("no such contact: ada@example.org")')

    assert line["level"] == "critical"
    assert "ValueError: no such contact: [redacted]" in line["exception"]


def test_what_nobody_caught_in_a_thread_is_a_line_too() -> None:
    (line,) = lines_of(
        """
def work():
    raise ValueError("no such contact: ada@example.org")
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    )

    assert "ValueError: no such contact: [redacted]" in line["exception"]


def test_the_level_is_kept_to() -> None:
    code = 'log.debug("a"); log.info("b"); log.warning("c"); logging.getLogger("x").info("d")'

    assert [line["event"] for line in lines_of(code, "WARNING")] == ["c"]
    assert [line["event"] for line in lines_of(code, "DEBUG")] == ["a", "b", "c", "d"]


def test_libraries_that_log_messages_whole_are_kept_quiet_at_any_level() -> None:
    code = 'logging.getLogger("kafka.producer").debug("key=%r", "x"); logging.getLogger("urllib3").info("POST")'

    assert lines_of(code, "DEBUG") == []
