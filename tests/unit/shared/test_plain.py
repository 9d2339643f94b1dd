"""The quick look never takes a domain event for plain, to be sent or read as it stands, unless its schema agrees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.domain_events.catalogue import catalogue, encoded
from shared.domain_events.envelope import DomainEvent, Sealed
from shared.domain_events.plain import fits, reads
from shared.domain_events.signatures import Consents, SignatureAdded

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
# What might stand in a field by mistake, and what comes close to being right.
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.uuids(),
    st.datetimes(timezones=st.none() | st.just(UTC) | st.just(timezone(timedelta(hours=5.5)))),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.builds(Sealed, id=st.text(max_size=3), sealed=st.text(max_size=3)),
)

# What JSON may hold where something else is meant.
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.just(NOON.isoformat())),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(max_size=3), inside, max_size=2),
    max_leaves=4,
)


def signature_added() -> SignatureAdded:
    """One as it is posted."""
    return SignatureAdded(
        signature_id="0199",
        petition="renew",
        campaign="renew",
        supporter=Sealed(id="7899580a", sealed="AZ3q"),
        language="en",
        consents=Consents(email=True, text=False, call=False, wording="2026-11", language="en"),
        has_email=True,
        has_phone=False,
        signed_at=NOON,
        source="api",
    )


def agrees(event: DomainEvent) -> bool:
    """Whether what is written of a plain event is what its schema writes; of another nothing is promised."""
    return not fits(type(event))(event) or _json(event) == _json(encoded(type(event)).write(event))


def agrees_reading(kind: type[DomainEvent], given_: Any) -> bool:
    """Whether what is read as plain is what its schema reads; of the rest nothing is promised."""
    read = reads(kind)(given_)
    return read is None or read == _read(kind, given_)


def _read(kind: type[DomainEvent], given_: Any) -> Any:
    try:
        return encoded(kind).schema.load(given_)
    except ValidationError:
        return None


def _json(value: Any) -> bytes | None:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        # Half characters, and numbers that JavaScript could not hold: refused either way.
        return None


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.type)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_domain_event_that_is_plain_is_written_as_its_schema_writes_it(
    kind: type[DomainEvent], data: st.DataObject
) -> None:
    event = data.draw(st.from_type(kind))

    assert agrees(event)


@pytest.mark.parametrize("name", list(vars(signature_added())))
@given(value=ODD)
def test_a_field_of_another_kind_is_not_plain_unless_its_schema_takes_it(name: str, value: Any) -> None:
    assert agrees(replace(signature_added(), **{name: value}))


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.type)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_domain_event_that_is_plain_is_read_as_its_schema_reads_it(
    kind: type[DomainEvent], data: st.DataObject
) -> None:
    event = data.draw(st.from_type(kind))

    assert agrees_reading(kind, encoded(kind).schema.dump(event))


@pytest.mark.parametrize("name", list(vars(signature_added())))
@given(value=JSON)
def test_a_field_that_holds_something_else_is_not_read_as_plain_unless_its_schema_takes_it(
    name: str, value: Any
) -> None:
    given_ = encoded(SignatureAdded).write(signature_added())

    assert agrees_reading(SignatureAdded, given_ | {name: value})


@given(value=JSON)
def test_what_is_no_domain_event_is_not_read_as_plain(value: Any) -> None:
    assert reads(SignatureAdded)(value) is None


def test_what_is_posted_for_each_signature_is_plain() -> None:
    written = orjson.loads(encoded(SignatureAdded).json(signature_added()))

    assert fits(SignatureAdded)(signature_added())
    assert reads(SignatureAdded)(written) == signature_added()


def test_what_is_missing_has_its_default_and_what_is_unknown_is_left_out() -> None:
    written = encoded(SignatureAdded).write(signature_added()) | {"mood": "good"}
    del written["source"]

    assert reads(SignatureAdded)(written) == replace(signature_added(), source="page")


def test_a_word_that_is_not_among_those_allowed_is_not_plain() -> None:
    assert not fits(SignatureAdded)(replace(signature_added(), source="pigeon"))
