"""The quick look never calls a domain event plain, so that it is sent as it stands, unless its schema agrees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain_events.catalogue import catalogue, encoded
from shared.domain_events.envelope import DomainEvent, Sealed
from shared.domain_events.plain import fits
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


def test_what_is_posted_for_each_signature_is_plain() -> None:
    assert fits(SignatureAdded)(signature_added())


def test_a_word_that_is_not_among_those_allowed_is_not_plain() -> None:
    assert not fits(SignatureAdded)(replace(signature_added(), source="pigeon"))
