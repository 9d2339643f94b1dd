"""What counts of all that somebody said about being reached."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.consent import Consent, LastWord, Reach, Said, reached_after
from shared.domain_events.notifications import CONSENT_CHANNELS
from shared.identifiers import new_id

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)


def said(word: Said, minutes: int = 0, reach: Reach = Reach.TEXT) -> Consent:
    """Something that one supporter said, so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Consent(supporter_id="s1", reach=reach, said=word, source="page", cause=new_id(), at=at)


def test_a_first_consent_is_news() -> None:
    yes = said(Said.GIVEN)

    may, news = reached_after([], [yes], {})

    assert may == {Reach.TEXT}
    assert news == [yes]


def test_agreeing_again_is_kept_but_is_no_news() -> None:
    may, news = reached_after([Reach.TEXT], [said(Said.GIVEN, 5)], {})

    assert may == {Reach.TEXT}
    assert news == []


def test_a_consent_that_is_heard_of_late_does_not_undo_a_stop_since_then() -> None:
    stopped = {("s1", Reach.TEXT): LastWord(Said.WITHDRAWN, NOON + timedelta(minutes=10), "text")}

    may, news = reached_after([], [said(Said.GIVEN, 5)], stopped)

    assert (may, news) == (frozenset(), [])


def test_of_two_words_at_the_same_moment_the_no_counts() -> None:
    for both in permutations([said(Said.GIVEN), said(Said.WITHDRAWN)]):
        assert reached_after([], both, {})[0] == frozenset()


@pytest.mark.parametrize("last", [None, LastWord(Said.GIVEN, NOON, "page")])
def test_a_no_ends_what_a_yes_began(last: LastWord | None) -> None:
    words = {("s1", Reach.TEXT): last} if last else {}

    may, news = reached_after([Reach.TEXT, Reach.CALL], [said(Said.WITHDRAWN, 1)], words)

    assert may == {Reach.CALL}
    assert [consent.said for consent in news] == [Said.WITHDRAWN]


@given(st.lists(st.tuples(st.sampled_from(Said), st.integers(0, 5), st.sampled_from(Reach)), max_size=6), st.randoms())
def test_the_order_in_which_words_are_heard_changes_nothing(words: list[tuple[Said, int, Reach]], dice: Random) -> None:
    consents = [said(*word) for word in words]
    shuffled = list(consents)
    dice.shuffle(shuffled)

    assert reached_after([], consents, {})[0] == reached_after([], shuffled, {})[0]


def test_the_channels_are_those_that_are_told() -> None:
    assert {reach.value for reach in Reach} == set(CONSENT_CHANNELS)
