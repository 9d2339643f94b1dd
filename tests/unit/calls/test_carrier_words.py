"""What the carrier's words and the supporter's key presses mean."""

from services.calls.domain.carrier_words import REPORT_KEYS, fact_of, office_outcome
from services.calls.domain.facts import Answered, HungUp, Rang
from shared.domain_events.calls import CARRIER_OUTCOMES, REPORTED_OUTCOMES


def test_every_key_and_every_word_of_the_carrier_has_a_meaning_that_is_published() -> None:
    assert tuple(REPORT_KEYS.values()) == REPORTED_OUTCOMES
    for word in ("completed", "answered", "busy", "no-answer", "failed", "canceled", "something new"):
        assert office_outcome(word) in CARRIER_OUTCOMES
    assert [fact_of(word) for word in ("queued", "ringing", "in-progress", "completed", "busy")] == [
        None,
        Rang(),
        Answered(),
        HungUp("completed"),
        HungUp("busy"),
    ]
