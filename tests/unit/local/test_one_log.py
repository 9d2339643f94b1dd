"""The one log of all processes."""

import io
import json
from pathlib import Path

from deploy.local.one_log import OneLog, put_aside


def test_every_line_says_which_process_wrote_it(tmp_path: Path) -> None:
    stream = io.StringIO()
    log = OneLog(tmp_path, ["kafka", "web"], stream)
    (tmp_path / "kafka.log").write_text("started\n")
    (tmp_path / "web.log").write_text("listening\n")

    log.show_what_is_new()

    assert stream.getvalue() == "kafka       | started\nweb         | listening\n"


def test_lines_written_as_json_are_readable(tmp_path: Path) -> None:
    stream = io.StringIO()
    log = OneLog(tmp_path, ["web"], stream)
    line = {"process": "web", "timestamp": "2026-01-02T03:04:05Z", "level": "info", "event": "request", "status": 200}
    (tmp_path / "web.log").write_text(json.dumps(line) + "\n")

    log.show_what_is_new()

    assert stream.getvalue() == "web         | 03:04:05 request status=200\n"


def test_a_line_is_shown_once_it_is_whole_and_once_only(tmp_path: Path) -> None:
    stream = io.StringIO()
    log = OneLog(tmp_path, ["web"], stream)
    with (tmp_path / "web.log").open("a") as written:
        written.write("half a ")
        written.flush()
        log.show_what_is_new()
        written.write("line\n")

    log.show_what_is_new()
    log.show_what_is_new()

    assert stream.getvalue() == "web         | half a line\n"


def test_a_quiet_log_shows_what_is_wrong_and_where(tmp_path: Path) -> None:
    stream = io.StringIO()
    log = OneLog(tmp_path, ["web"], stream, errors_only=True)
    fine = json.dumps({"level": "info", "event": "request"})
    wrong = json.dumps({"level": "error", "event": "a part failed", "exception": "Traceback\nOops"})
    (tmp_path / "web.log").write_text(f"chatter\n{fine}\n{wrong}\n")

    log.show_what_is_new()

    shown = [line.partition("| ")[2] for line in stream.getvalue().splitlines()]
    assert shown == ["ERROR a part failed", "Traceback", "Oops"]


def test_the_last_runs_log_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("yesterday\n")

    put_aside(tmp_path)

    assert not (tmp_path / "web.log").exists()
    assert (tmp_path / "web.log.before").read_text() == "yesterday\n"
