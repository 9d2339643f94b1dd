"""When a call campaign's calls may be placed, and what it says."""

from datetime import UTC, datetime, time, timedelta

from services.calls.domain.call import Aim, Answered, HungUp, Rang
from services.calls.domain.call_campaign import REQUEST_LIVES, CampaignState
from services.calls.domain.caller import Caller
from services.calls.domain.carrier_words import REPORT_KEYS, fact_of, office_outcome
from services.calls.domain.prompts import ENGLISH, FRENCH, prompts
from shared.domain_events.calls import CARRIER_OUTCOMES, REPORTED_OUTCOMES
from tests.unit.calls.made import MINISTER, NOON, call, campaign, line


def test_only_a_live_campaign_within_its_window_is_open() -> None:
    assert campaign().is_open(NOON)
    assert not campaign(state=CampaignState.DRAFT).is_open(NOON)
    assert not campaign(state=CampaignState.ENDED).is_open(NOON)
    assert not campaign(opens_at=NOON + timedelta(seconds=1)).is_open(NOON)
    assert not campaign(closes_at=NOON).is_open(NOON)


def test_hours_are_those_of_the_campaigns_own_zone() -> None:
    office_hours = campaign(daily_from=time(9), daily_until=time(17))

    assert office_hours.is_open(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))  # 9:00 in Toronto
    assert not office_hours.is_open(datetime(2026, 11, 24, 22, 0, tzinfo=UTC))  # 17:00 in Toronto


def test_hours_may_reach_past_midnight_or_be_all_day() -> None:
    late = campaign(daily_from=time(20), daily_until=time(1))

    assert late.is_open(datetime(2026, 11, 25, 5, 30, tzinfo=UTC))  # 0:30 in Toronto
    assert not late.is_open(NOON)
    assert campaign(daily_from=time(0), daily_until=time(0)).is_open(NOON)


def test_a_request_of_ones_own_waits_two_hours_and_an_announced_ring_to_the_end() -> None:
    day = campaign()

    assert day.expiry(NOON, rings=False) == NOON + REQUEST_LIVES
    assert day.expiry(NOON, rings=True) == day.closes_at
    assert day.expiry(day.closes_at - timedelta(minutes=1), rings=False) == day.closes_at


def test_texts_fall_back_on_the_first_language() -> None:
    assert campaign().text("fr").language == "fr"
    assert campaign().text("pa").language == "en"


def test_the_latest_word_about_consent_counts_whatever_order_it_comes_in() -> None:
    caller = Caller(supporter_id="s1")
    later = NOON + timedelta(hours=1)

    assert not caller.agree(NOON).withdraw(later).consents_to_calls
    assert not caller.withdraw(later).agree(NOON).consents_to_calls
    assert not caller.withdraw(NOON).agree(NOON).consents_to_calls
    assert not caller.agree(NOON).withdraw(NOON).consents_to_calls
    assert caller.withdraw(NOON).agree(later).consents_to_calls


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


def test_every_language_has_a_voice_and_names_every_key() -> None:
    for language, voice in (("en", "Polly.Joanna"), ("fr", "Polly.Chantal")):
        said = prompts(language)

        assert said.voice == voice
        assert "{caller}" in said.greeting
        assert "{whom}" in said.offer
        assert all(f" {key}" in said.question for key in REPORT_KEYS)


def test_a_fallback_is_named_as_the_organizer_wrote_it() -> None:
    to_minister = call(aim=Aim.FALLBACK).dial(line(target_name=MINISTER.name))

    assert ENGLISH.whom(to_minister) == "Office of the Minister"
    assert FRENCH.whom(call().dial(line())) == "le bureau de Ana Dunn"
