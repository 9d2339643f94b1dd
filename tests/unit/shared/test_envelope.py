"""A domain event becomes a Kafka message and back, and nothing that breaks its schema passes either way."""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import orjson
import pytest
from cloudevents.kafka import KafkaMessage, from_binary
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.domain_events.announcement import Announcement, Audience, Wording
from shared.domain_events.encoding import Encoded
from shared.domain_events.envelope import (
    DomainEvent,
    EventIsUnreadable,
    Headers,
    Sealed,
    about,
    headers_of,
    one_of,
    read_envelope,
    topic_of,
)
from shared.identifiers import new_id

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
STORY = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something inside."""

    word: str = about("A word.", check=one_of("yes", "no"))
    number: int = about("A number.", default=7)


@dataclass(frozen=True, kw_only=True)
class Everything(DomainEvent):
    """One field of each kind."""

    type = "everything.happened"
    poster = "tester"
    keyed_by = "text"

    text: str = about("A text.")
    number: int = about("A whole number.")
    ratio: float = about("A number.")
    truth: bool = about("Yes or no.")
    id: UUID = about("An id.")
    at: datetime = about("A moment.")
    part: Part = about("A part.")
    parts: tuple[Part, ...] = about("Parts.")
    words: tuple[str, ...] = about("Words.", each=one_of("a", "b"))
    counts: dict[str, int] = about("Counts.")
    maybe: str | None = about("Perhaps a text.", default=None)
    maybe_part: Part | None = about("Perhaps a part.", default=None)


ENCODED = Encoded(Everything)
PARTS = st.builds(Part, word=st.sampled_from(["yes", "no"]), number=st.integers(-(2**31), 2**31))
# PostgreSQL's json takes no half characters; orjson refuses them.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
EVENTS = st.builds(
    Everything,
    text=TEXTS,
    number=st.integers(-(2**53), 2**53),
    ratio=st.floats(allow_nan=False, allow_infinity=False),
    truth=st.booleans(),
    id=st.uuids(),
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5.5))])),
    part=PARTS,
    parts=st.lists(PARTS, max_size=3).map(tuple),
    words=st.lists(st.sampled_from(["a", "b"]), max_size=3).map(tuple),
    counts=st.dictionaries(TEXTS, st.integers(0, 100), max_size=3),
    maybe=st.none() | TEXTS,
    maybe_part=st.none() | PARTS,
)


def sent(event: DomainEvent, id_: UUID, changes: dict[str, bytes | None] | None = None) -> tuple[Headers, bytes]:
    """An event as it stands on Kafka."""
    source, time = f"/groundswell/{event.poster}", NOON.isoformat()
    headers = dict(headers_of(str(id_), event.type, source, time, event.key, STORY)) | (changes or {})
    value = orjson.dumps(Encoded(type(event)).write(event))
    return [(name, text) for name, text in headers.items() if text is not None], value


def some(**changes: Any) -> Everything:
    """An event to be changed."""
    given_: dict[str, Any] = {
        "text": "a",
        "number": 1,
        "ratio": 0.5,
        "truth": True,
        "id": UUID(int=1),
        "at": NOON,
        "part": Part(word="yes"),
        "parts": (),
        "words": ("a",),
        "counts": {},
    }
    return Everything(**(given_ | changes))


KNOWN = {Everything.type: ENCODED}


@given(EVENTS)
def test_what_is_sent_is_what_is_read(event: Everything) -> None:
    id_ = new_id()
    headers, value = sent(event, id_)

    envelope = read_envelope(headers, value, KNOWN)

    assert envelope
    assert envelope.event == event
    assert (envelope.id, envelope.type, envelope.time) == (id_, "everything.happened", NOON)
    assert (envelope.source, envelope.subject, envelope.traceparent) == ("/groundswell/tester", event.text, STORY)


@given(EVENTS)
def test_an_independent_reader_of_cloudevents_reads_the_same(event: Everything) -> None:
    id_ = new_id()
    headers, value = sent(event, id_)

    read = from_binary(KafkaMessage(dict(headers), event.key.encode(), value))

    assert read["id"] == str(id_)
    assert read["type"] == "everything.happened"
    assert read["source"] == "/groundswell/tester"
    assert read["subject"] == event.text
    assert read["datacontenttype"] == "application/json"
    assert read.data == orjson.loads(value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", None),
        ("text", 3),
        ("number", 1.5),
        ("number", "one"),
        ("truth", "perhaps"),
        ("id", "not an id"),
        ("at", NOON.replace(tzinfo=None)),
        ("words", ("a", "c")),
        ("part", Part(word="perhaps")),
        ("parts", (Part(word="yes"), Part(word="perhaps"))),
        ("maybe_part", Part(word="perhaps")),
    ],
)
def test_what_breaks_its_own_schema_is_not_written(field: str, value: Any) -> None:
    with pytest.raises((ValidationError, AttributeError, ValueError)):
        ENCODED.write(some(**{field: value}))


def test_a_part_that_is_wrong_is_told_by_its_place() -> None:
    with pytest.raises(ValidationError) as error:
        ENCODED.write(some(parts=(Part(word="yes"), Part(word="perhaps"))))

    assert isinstance(error.value.messages, dict)
    assert list(error.value.messages["parts"]) == [1]


def test_an_event_stays_frozen_all_the_way_down() -> None:
    read = ENCODED.read(ENCODED.write(some(parts=(Part(word="no"),), words=("a", "b"))))

    assert isinstance(read.parts, tuple)
    assert isinstance(read.words, tuple)
    with pytest.raises(AttributeError):
        read.parts[0].word = "yes"


def test_defaults_fill_in_what_is_missing() -> None:
    written = ENCODED.write(some())
    for name in ("maybe", "maybe_part"):
        del written[name]
    del written["part"]["number"]

    assert ENCODED.read(written) == some()


def test_a_type_that_nobody_here_knows_is_none_of_our_business() -> None:
    headers, _ = sent(some(), new_id())

    assert read_envelope(headers, b"anything", {}) is None


@pytest.mark.parametrize("name", ["ce_specversion", "ce_id", "ce_source", "ce_time", "ce_type"])
def test_a_message_without_one_of_its_attributes_is_unreadable(name: str) -> None:
    headers, value = sent(some(), new_id(), {name: None})

    with pytest.raises(EventIsUnreadable, match=name):
        read_envelope(headers, value, KNOWN)


@pytest.mark.parametrize("name", ["ce_subject", "traceparent", "content-type"])
def test_what_only_helps_may_be_missing(name: str) -> None:
    headers, value = sent(some(), new_id(), {name: None})

    assert read_envelope(headers, value, KNOWN)


@given(st.binary(max_size=200))
def test_a_body_of_any_kind_is_read_or_unreadable(value: bytes) -> None:
    headers, _ = sent(some(), new_id())

    with pytest.raises(EventIsUnreadable):
        read_envelope(headers, value, KNOWN)


@given(name=st.sampled_from(["ce_id", "ce_time", "ce_specversion"]), text=st.binary(max_size=40))
def test_attributes_of_any_kind_are_read_or_unreadable(name: str, text: bytes) -> None:
    headers, value = sent(some(), new_id(), {name: text})

    with contextlib.suppress(EventIsUnreadable):
        assert read_envelope(headers, value, KNOWN)


def test_why_it_is_unreadable_does_not_repeat_what_it_says() -> None:
    """The values might be what the schema keeps out."""
    headers, _ = sent(some(), new_id())
    value = orjson.dumps(ENCODED.write(some()) | {"number": "Ada Example", "words": ["Ada Example"]})

    with pytest.raises(EventIsUnreadable) as reason:
        read_envelope(headers, value, KNOWN)

    assert "number" in str(reason.value)
    assert "Ada" not in str(reason.value)


def test_an_event_about_a_supporter_is_keyed_by_them() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Signed(DomainEvent):
        """Somebody signed."""

        type = "signed"
        poster = "tester"
        keyed_by = "supporter"

        supporter: Sealed = about("Who.")

    assert Signed(supporter=Sealed(id="7899580a", sealed="AZ3q")).key == "7899580a"


def test_each_service_has_its_own_topic() -> None:
    assert topic_of("signatures") == "groundswell.signatures.v1"


def test_a_field_of_another_kind_cannot_be_published() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Odd:
        """Holds what JSON does not."""

        what: set[str] = about("A set.")

    with pytest.raises(KeyError):
        Encoded(Odd)


def announcement(**changes: Any) -> Announcement:
    """An announcement to be changed."""
    given_: dict[str, Any] = {
        "audience": Audience(),
        "channels": ("text", "email"),
        "wordings": (Wording(language="en", text="Call your MP."),),
        "counted_texts": 212,
        "counted_emails": 340,
        "counted_rings": 0,
        "approved_by": "an organizer",
    }
    return Announcement(**(given_ | changes))


def test_an_announcement_travels_whole() -> None:
    encoded = Encoded(Announcement)

    assert encoded.read(orjson.loads(orjson.dumps(encoded.write(announcement())))) == announcement()


@pytest.mark.parametrize("channels", [("pigeon",), ("text", "pigeon")])
def test_an_announcement_goes_out_on_the_channels_there_are(channels: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Encoded(Announcement).write(announcement(channels=channels))


def test_an_audience_without_criteria_is_everybody() -> None:
    assert Encoded(Audience).read({}) == Audience()
