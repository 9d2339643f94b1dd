"""From a signature's request to the text that thanks for it, by one trace id in the logs."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from deploy.rehearsal.clear_text import Searcher
from deploy.rehearsal.people import Supporter
from deploy.rehearsal.signing import signature_of
from tests.fixtures.waiting import wait_until
from tests.integration.outside.busy import Busy

TIMEOUT_SECONDS = 60
ENDS = {"text accepted", "email accepted", "letter accepted"}
Line = dict[str, Any]


def lines_of(busy: Busy, trace_id: str) -> list[tuple[str, Line]]:
    """Every line of every process's log that belongs to a story, with the log's name; found as an operator would."""
    return [
        (log.stem, json.loads(line))
        for log in sorted(busy.stack.logs.glob("*.log"))
        for line in log.read_text(errors="replace").splitlines()
        if trace_id in line
    ]


@pytest.fixture(scope="module")
def signer(busy: Busy) -> Supporter:
    """Somebody who agreed to texts and to e-mails."""
    return next(one for one in busy.people if one.gets_texts and one.gets_emails)


@pytest.fixture(scope="module")
def story(busy: Busy, signer: Supporter) -> list[tuple[str, Line]]:
    """The lines of one signature's story, to the last thing that it sets off."""
    trace_id = secrets.token_hex(16)
    answer = requests.post(
        f"{busy.stack.public_url}/petitions/{busy.slug}-too/signatures",
        json=signature_of(signer),
        headers={"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"},
        timeout=TIMEOUT_SECONDS,
    )
    assert answer.status_code == 201
    wait_until(lambda: {event for _, event in steps(lines_of(busy, trace_id))} >= ENDS)
    return lines_of(busy, trace_id)


def steps(lines: list[tuple[str, Line]]) -> list[tuple[str, str]]:
    """Which process said what."""
    return [(log, line["event"]) for log, line in lines]


def the(lines: list[tuple[str, Line]], log: str, event: str, holds: Callable[[Line], bool] = lambda _: True) -> Line:
    """The line of a story in which a process says something."""
    found = [line for name, line in lines if (name, line["event"]) == (log, event) and holds(line)]
    assert found, f"{log} never says {event}: {steps(lines)}"
    return found[0]


def test_the_request_is_the_first_of_it(story: list[tuple[str, Line]]) -> None:
    request = the(story, "web", "request")

    assert (request["route"], request["method"], request["status"]) == ("/petitions/<slug>/signatures", "POST", 201)


def test_it_is_seen_on_its_way_to_kafka(story: list[tuple[str, Line]]) -> None:
    published = the(story, "signatures-worker", "published")

    assert published["service"] == "signatures"
    assert len(published["trace_ids"]) <= published["events"]


@pytest.mark.parametrize("service", ["signatures", "notifications", "calls"])
def test_each_service_that_reacts_says_so(story: list[tuple[str, Line]], service: str) -> None:
    acted = the(story, f"{service}-worker", "acted", lambda line: "signature.added" in line["events"])

    assert acted["service"] == service


@pytest.mark.parametrize("event", sorted(ENDS))
def test_what_thanks_for_it_is_accepted_by_the_provider(story: list[tuple[str, Line]], event: str) -> None:
    accepted = the(story, "notifications-worker", event)

    assert accepted["provider_id"]
    assert accepted["delivery_id"]


def test_nothing_of_it_comes_before_its_request(story: list[tuple[str, Line]]) -> None:
    """More is not promised: who is slow to say what they did may say it after those who have gone on from there."""
    request = the(story, "web", "request")

    # It is told when it has been answered.
    began = datetime.fromisoformat(request["timestamp"]) - timedelta(milliseconds=request["milliseconds"])
    others = [datetime.fromisoformat(line["timestamp"]) for _, line in story if line is not request]
    assert began < min(others)


def test_the_text_was_sent_to_who_signed(busy: Busy, story: list[tuple[str, Line]], signer: Supporter) -> None:
    accepted = the(story, "notifications-worker", "text accepted")

    texts = f"{busy.stack.sandbox_url}/sandbox/api/texts"
    answer = requests.get(texts, params={"phone": signer.phone}, timeout=TIMEOUT_SECONDS)

    assert accepted["provider_id"] in {text["sid"] for text in answer.json()["texts"]}


def test_nobody_is_named_in_it(story: list[tuple[str, Line]], signer: Supporter) -> None:
    searcher = Searcher([signer])

    assert searcher.finds(f"Thank you, {signer.name}")
    assert [steps([one]) for one in story if searcher.finds(json.dumps(one[1]))] == []
    assert not any(personal in json.dumps(story) for personal in (signer.email, signer.postal_code) if personal)
