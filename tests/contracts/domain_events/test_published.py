"""A published domain event never changes its meaning: what was once written is read, as it was then, for ever."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from shared.domain_events.catalogue import catalogue, encoded
from shared.domain_events.envelope import DomainEvent
from tests.contracts.domain_events.published import in_the_code, published, samples

TYPES = {event.type: event for event in catalogue()}
ASYNCAPI = yaml.safe_load((Path(__file__).parents[3] / "docs" / "reference" / "asyncapi.yaml").read_text())
EACH_SAMPLE = pytest.mark.parametrize("path", samples(), ids=lambda path: f"{path.parent.name}/{path.stem}")
EACH_TYPE = pytest.mark.parametrize("type_", sorted(TYPES))
HOW_TO = (
    "A field of a published domain event may be added with a default, and nothing else: anything else is a new version "
    "(another type). Then say so in published.json and keep a sample of it."
)


def read(path: Path) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(path.read_text())
    return sample


def dumped(event: DomainEvent) -> Any:
    return json.loads(json.dumps(encoded(type(event)).write(event)))


def validator(event: type[DomainEvent]) -> Draft202012Validator:
    """The schema of an event as others see it: with everything that it refers to."""
    schema = {"$ref": f"#/components/schemas/{event.__name__}", "components": ASYNCAPI["components"]}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def covers(now: Any, then: Any) -> bool:
    """Whether what is read today says all that was read then; it may say more, where fields were added."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(name in now and covers(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return isinstance(now, list) and len(now) == len(then) and all(map(covers, now, then))
    return bool(now == then)


@EACH_SAMPLE
def test_every_message_ever_published_reads_to_the_same_event_as_when_it_was_written(path: Path) -> None:
    sample = read(path)

    event = encoded(TYPES[path.parent.name]).read(sample["message"])

    assert covers(dumped(event), sample["reads"])


@EACH_SAMPLE
def test_what_a_later_version_adds_is_ignored(path: Path) -> None:
    sample, reader = read(path), encoded(TYPES[path.parent.name])

    event = reader.read(with_more(sample["message"]))

    assert event == reader.read(sample["message"])


def with_more(message: Any) -> Any:
    """The message with a field that nobody knows yet, at every depth."""
    if isinstance(message, dict):
        return {name: with_more(value) for name, value in message.items()} | {"from_the_future": {"is": ["now"]}}
    if isinstance(message, list):
        return [with_more(one) for one in message]
    return message


@EACH_SAMPLE
def test_what_is_written_keeps_to_the_schema_that_is_published(path: Path) -> None:
    event = TYPES[path.parent.name]

    written = dumped(encoded(event).read(read(path)["message"]))

    assert [error.message for error in validator(event).iter_errors(written)] == []


@EACH_SAMPLE
def test_what_is_written_and_read_again_is_the_same_event(path: Path) -> None:
    reader = encoded(TYPES[path.parent.name])
    event = reader.read(read(path)["message"])

    assert reader.read(dumped(event)) == event
    assert event.key


@EACH_TYPE
def test_every_domain_event_has_samples(type_: str) -> None:
    kept = {path.stem for path in samples() if path.parent.name == type_}
    optional = [name for name, field in in_the_code()[type_].items() if not field["required"] and "." not in name]

    assert kept
    if optional:
        assert any(optional_are_left_out(type_, optional)), "keep one without its optional fields, too"
        assert any(optional_are_given(type_, optional)), "keep one with all its optional fields, too"


def optional_are_left_out(type_: str, optional: list[str]) -> list[bool]:
    return [not set(optional) & read(path)["message"].keys() for path in samples() if path.parent.name == type_]


def optional_are_given(type_: str, optional: list[str]) -> list[bool]:
    return [set(optional) <= read(path)["message"].keys() for path in samples() if path.parent.name == type_]


def test_nothing_is_kept_of_what_does_not_exist() -> None:
    assert {path.parent.name for path in samples()} == set(TYPES)


@EACH_TYPE
def test_what_is_published_of_a_domain_event_stays(type_: str) -> None:
    now, then = in_the_code()[type_], published().get(type_, {})

    gone = sorted(then.keys() - now.keys())
    changed = sorted(name for name in then.keys() & now.keys() if now[name]["kind"] != then[name]["kind"])
    stricter = sorted(name for name in then.keys() & now.keys() if now[name]["required"] > then[name]["required"])

    assert (gone, changed, stricter) == ([], [], []), HOW_TO


@EACH_TYPE
def test_the_record_of_what_is_published_is_complete(type_: str) -> None:
    assert in_the_code()[type_] == published().get(type_), HOW_TO


def test_no_domain_event_is_withdrawn() -> None:
    assert published().keys() == in_the_code().keys(), HOW_TO


@EACH_TYPE
@given(data=st.data())
def test_a_field_that_must_be_there_is_missed(type_: str, data: st.DataObject) -> None:
    message = read(next(path for path in samples() if path.parent.name == type_))["message"]
    required = sorted(name for name, field in published()[type_].items() if field["required"] and "." not in name)
    left_out = data.draw(st.sampled_from(required))
    without = {name: value for name, value in message.items() if name != left_out}

    problems = encoded(TYPES[type_]).schema.validate(without)

    assert left_out in problems
    assert not validator(TYPES[type_]).is_valid(without)
