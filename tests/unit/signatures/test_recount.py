"""When the nightly recount comes back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.signatures.use_cases.recount import NIGHT, next_night


def test_in_the_evening_the_next_night_is_tomorrows() -> None:
    assert next_night(datetime(2026, 11, 24, 23, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_after_midnight_it_is_still_tonight() -> None:
    assert next_night(datetime(2026, 11, 25, 1, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2036, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_it_comes_back_within_a_day_and_always_at_night(now: datetime) -> None:
    again = next_night(now)

    assert timedelta(0) < again - now <= timedelta(days=1)
    assert again.time() == NIGHT
