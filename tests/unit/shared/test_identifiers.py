"""Identifiers sort by the time they were made, and no two are alike."""

import time
from datetime import UTC, datetime
from uuid import RFC_4122, UUID

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from shared.identifiers import new_id

# Until the year 10889, when 48 bits of milliseconds are used up, far beyond what datetime can tell.
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def made_at(moment: datetime) -> UUID:
    with time_machine.travel(moment, tick=False):
        return new_id()


def milliseconds_of(id_: UUID) -> int:
    return id_.int >> 80


@given(st.lists(MOMENTS, min_size=2, max_size=5, unique_by=lambda at: int(at.timestamp() * 1000)))
def test_identifiers_sort_by_the_time_they_were_made(moments: list[datetime]) -> None:
    made = {made_at(moment): moment for moment in moments}

    assert [made[id_] for id_ in sorted(made)] == sorted(moments)
    assert [made[UUID(text)] for text in sorted(map(str, made))] == sorted(moments)


@given(MOMENTS)
def test_an_identifier_is_a_version_7_uuid_of_its_moment(moment: datetime) -> None:
    id_ = made_at(moment)

    assert (id_.version, id_.variant) == (7, RFC_4122)
    # A time in the clock's form, a float, is a few microseconds off in some thousand years.
    assert abs(milliseconds_of(id_) - moment.timestamp() * 1000) < 2


def test_identifiers_of_one_moment_are_all_different() -> None:
    moment = datetime(2026, 11, 24, tzinfo=UTC)

    made = {made_at(moment) for _ in range(1000)}

    assert len(made) == 1000


def test_every_random_bit_is_used() -> None:
    together, apart = 0, (1 << 128) - 1
    for _ in range(200):
        id_ = new_id().int
        together, apart = together | id_, apart & id_

    random_bits = (0xFFF << 64) | ((1 << 62) - 1)
    assert together & random_bits == random_bits
    assert apart & random_bits == 0


def test_identifiers_go_up_as_time_goes_on() -> None:
    first = new_id()
    while milliseconds_of(first) == time.time_ns() // 1_000_000:
        pass

    assert new_id() > first
