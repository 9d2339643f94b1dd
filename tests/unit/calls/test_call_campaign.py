"""When a call campaign's calls may be placed, what it says, and whom it calls."""

from datetime import UTC, datetime, time, timedelta

import pytest

from services.calls.domain.aim import Target
from services.calls.domain.call import Aim, Ending, Via
from services.calls.domain.call_campaign import (
    FEWEST_SHOWN,
    REQUEST_LIVES,
    CampaignIsNotADraft,
    CampaignIsNotLive,
    CampaignIsOver,
    CampaignState,
)
from services.calls.domain.caller import Caller
from tests.unit.calls.made import NOON, call, campaign


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


def test_texts_fall_back_on_the_first_language() -> None:
    assert campaign().text("fr").language == "fr"
    assert campaign().text("pa").language == "en"


def test_a_request_of_ones_own_waits_two_hours_and_an_announced_ring_to_the_end() -> None:
    day = campaign()

    assert day.expiry(call(via=Via.REPLY)) == NOON + REQUEST_LIVES
    assert day.expiry(call(via=Via.LINK, requested_at=day.closes_at - timedelta(minutes=1))) == day.closes_at
    assert day.expiry(call(via=Via.RING)) == day.closes_at


def test_a_draft_is_launched_once_and_ended_once() -> None:
    live = campaign(state=CampaignState.DRAFT).launch(NOON)
    over = live.end()

    assert (live.state, over.state) == (CampaignState.LIVE, CampaignState.ENDED)
    for launched in (live, over):
        with pytest.raises(CampaignIsNotADraft):
            launched.launch(NOON)
    for not_live in (campaign(state=CampaignState.DRAFT), over):
        with pytest.raises(CampaignIsNotLive):
            not_live.end()


def test_a_draft_whose_window_has_closed_is_not_launched() -> None:
    late = campaign(state=CampaignState.DRAFT, closes_at=NOON)

    assert late.has_closed(NOON)
    with pytest.raises(CampaignIsOver):
        late.launch(NOON)


def test_why_somebody_is_not_rung_is_said_in_the_call() -> None:
    target, night = Target(Aim.RIDING, "35099"), NOON + timedelta(days=9)
    known, stranger = Caller(supporter_id="s1", phone_id="p1"), Caller(supporter_id="s2")

    def why_not(caller: Caller, at: datetime = NOON, via: Via = Via.REPLY, rung_enough: bool = False) -> Ending | None:
        return campaign().call_for(caller, target, via, "c1", at, rung_enough=rung_enough).called_off

    assert why_not(known) is None
    assert why_not(stranger) == Ending.NO_TELEPHONE
    assert why_not(known, rung_enough=True) == Ending.CALLED_OFTEN
    assert why_not(known, at=night) == Ending.CAMPAIGN_IS_CLOSED
    assert why_not(known, at=night, via=Via.RING) is None


def test_a_handful_of_calls_is_shown_only_on_the_way_to_a_goal() -> None:
    assert not campaign().shows(FEWEST_SHOWN - 1)
    assert campaign().shows(FEWEST_SHOWN)
    assert campaign(goal=200).shows(0)
