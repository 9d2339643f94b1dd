"""Failing costs nothing at first, then twice as much each time, up to an end; a quiet day is forgiven."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.organizers.domain.throttle import (
    FIRST_WAIT,
    FORGOTTEN_AFTER,
    OF_ACCOUNT,
    OF_PAIR,
    OF_PLACE,
    Throttle,
    TooManyTries,
    Tries,
    TryKeys,
    try_once_more,
)

NOW = datetime(2026, 9, 12, 14, 45, tzinfo=UTC)
NONE = Tries("key", 0, NOW, NOW)


@pytest.mark.parametrize("throttle", [OF_PAIR, OF_PLACE, OF_ACCOUNT])
@given(tries=st.integers(0, 10_000))
def test_waits_never_shrink_and_never_pass_the_longest(throttle: Throttle, tries: int) -> None:
    assert throttle.wait_after(tries) <= throttle.wait_after(tries + 1) <= throttle.longest
    assert (throttle.wait_after(tries) == timedelta(0)) == (tries < throttle.free)


def test_each_wait_is_twice_the_one_before() -> None:
    throttle = Throttle(free=3, longest=timedelta(hours=1))

    waits = [throttle.wait_after(tries) for tries in range(2, 7)]

    assert waits == [timedelta(0), FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, FIRST_WAIT * 8]


def test_a_try_blocks_the_next_once_the_free_ones_are_used_up() -> None:
    tries = NONE
    for _ in range(OF_PAIR.free - 1):
        tries = tries.once_more(OF_PAIR, NOW)
    assert tries.blocked_until == NOW

    last = tries.once_more(OF_PAIR, NOW)

    assert last.blocked_until == NOW + FIRST_WAIT


def test_after_a_quiet_day_it_begins_anew() -> None:
    tries = Tries("key", 99, NOW, NOW + timedelta(minutes=15))

    later = tries.once_more(OF_PAIR, NOW + FORGOTTEN_AFTER + timedelta(seconds=1))

    assert (later.tries, later.blocked_until) == (1, later.last_at)


def test_a_try_counts_under_its_place_its_account_and_both() -> None:
    keys = TryKeys.of("a-place", "an-account")
    before = [Tries(key, throttle.free - 1, NOW, NOW) for key, throttle in keys.throttles.items()]

    after = try_once_more(before, keys.throttles, NOW)

    assert [(tries.key, tries.tries) for tries in after] == [
        ("place:a-place", OF_PLACE.free),
        ("account:an-account", OF_ACCOUNT.free),
        ("pair:an-account:a-place", OF_PAIR.free),
    ]


def test_who_has_to_wait_under_several_keys_waits_for_the_last_of_them() -> None:
    keys = TryKeys.of("a-place", "an-account")
    waits = [NOW + timedelta(minutes=minutes) for minutes in (0, 2, 1)]
    before = [Tries(key, 99, NOW, until) for key, until in zip(keys.throttles, waits, strict=True)]

    with pytest.raises(TooManyTries) as refused:
        try_once_more(before, keys.throttles, NOW)

    assert refused.value.until == NOW + timedelta(minutes=2)
