"""What is on Kafka, read by a client that is not ours and held against the AsyncAPI document."""

import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from shared.reference.pages import FOLDER
from tests.fixtures.waiting import wait_until
from tests.integration.outside.busy import Busy
from tests.integration.outside.programs import Read, read_topic, topics_of

ASYNCAPI: dict[str, Any] = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text())
CHANNELS = {name: channel["address"] for name, channel in ASYNCAPI["channels"].items()}
MESSAGES: dict[str, Any] = ASYNCAPI["components"]["messages"]
# What a campaign with its rally and its call-in day comes to, whatever each of its people does.
PLAYED = {
    *("petition.opened", "petition.closed", "petition.milestone_reached", "signature.added"),
    *("gathering.scheduled", "gathering.cancelled", "attendance.added"),
    *("call_campaign.launched", "call_campaign.ended", "call.requested", "call.finished", "supporter.located"),
    *("consent.withdrawn", "reply.received", "message.settled", "broadcast.finished"),
    "supporter.erased",
}
# What of it comes only when all of it is called off, and when the last message has come to something.
ENDINGS = {"petition.closed", "gathering.cancelled", "call_campaign.ended", "supporter.erased", "broadcast.finished"}
_KEY = re.compile(r"The event's `(\w+)`")


@pytest.fixture(scope="module")
def read(busy: Busy) -> list[Read]:
    """All that was published since the campaign began, when there is something of every kind."""
    wait_until(lambda: _types(_all(busy)) >= PLAYED - ENDINGS)
    busy.end()
    wait_until(lambda: _types(_all(busy)) >= PLAYED)
    return _all(busy)


def _all(busy: Busy) -> list[Read]:
    return [one for topic in CHANNELS.values() for one in read_topic(busy.brokers, topic, busy.since_milliseconds)]


def _types(read: list[Read]) -> set[str]:
    return {one.headers.get("ce_type", "") for one in read}


def _problems(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value by a schema of the document."""
    whole = schema | {"components": ASYNCAPI["components"]}
    found = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def _by_type(read: list[Read]) -> dict[str, Read]:
    """One message of each type, as what is wrong with one is wrong with all."""
    return {one.headers["ce_type"]: one for one in read}


def test_every_topic_of_ours_is_documented(busy: Busy) -> None:
    # Other tests may have run a service of their own on the same stack.
    ours = {topic for topic in topics_of(busy.brokers) if topic.startswith("groundswell.") and ".tester." not in topic}

    assert {topic for topic in ours if not topic.endswith(".dead-letters")} == set(CHANNELS.values())


def test_whatever_is_in_a_topic_is_documented_there(read: list[Read]) -> None:
    documented = {
        (channel["address"], message) for channel in ASYNCAPI["channels"].values() for message in channel["messages"]
    }

    assert {(one.topic, one.headers["ce_type"]) for one in read} <= documented


def test_headers_are_as_documented(read: list[Read]) -> None:
    wrong = {
        (one.headers["ce_type"], problem)
        for one in read
        for problem in _problems(MESSAGES[one.headers["ce_type"]]["headers"], one.headers)
    }

    assert wrong == set()


def test_values_are_as_documented_and_hold_nothing_else(read: list[Read]) -> None:
    wrong, undocumented = set(), set()
    for one in read:
        schema = MESSAGES[one.headers["ce_type"]]["payload"]
        wrong |= {(one.headers["ce_type"], problem) for problem in _problems(schema, one.value)}
        known = ASYNCAPI["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
        undocumented |= {(one.headers["ce_type"], name) for name in one.value.keys() - known.keys()}

    assert (wrong, undocumented) == (set(), set())


def test_keys_are_as_documented(read: list[Read]) -> None:
    wrong = []
    for type_, one in _by_type(read).items():
        field = _KEY.findall(MESSAGES[type_]["bindings"]["kafka"]["key"]["description"])[0]
        value = one.value[field]
        expected = value["id"] if isinstance(value, dict) else value
        if not one.key == one.headers["ce_subject"] == expected:
            wrong.append((type_, one.key, expected))

    assert wrong == []


def test_no_two_domain_events_have_one_id(read: list[Read]) -> None:
    """But the same one may be there twice: whoever reads it knows it by its id."""
    told: dict[str, set[str]] = {}
    for one in read:
        told.setdefault(one.headers["ce_id"], set()).add(f"{one.topic} {one.key} {one.value}")

    assert [id_ for id_, events in told.items() if len(events) > 1] == []
