"""How a call is asked for by answering CALL."""

from datetime import timedelta

import pytest

from services.calls.domain.call import State
from shared.bus.outcomes import Retry
from shared.domain_events.calls import CallFinished, CallRequested
from shared.domain_events.envelope import Sealed
from shared.domain_events.events import AttendanceAdded
from tests.integration.calls.exchange import Exchange, reply_of
from tests.unit.calls.made import NOON

TEN_IN_TORONTO = NOON + timedelta(hours=22)


def test_the_same_reply_twice_asks_for_one_call(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()

    event_id = exchange.hear(reply_of(maya))
    exchange.hear(reply_of(maya), event_id)
    exchange.hear(reply_of(maya))

    assert len(exchange.posted(CallRequested)) == 1
    assert len(exchange.calls()) == 1


def test_who_has_called_may_call_again(exchange: Exchange) -> None:
    exchange.launch()
    exchange.ring().walk()

    exchange.ring()

    assert exchange.states() == [State.FINISHED, State.DIALLING]


def test_a_reply_that_overtakes_the_signature_is_tried_again(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.backbone.fingerprints.supporter_id(email="maya@example.org", phone=None)

    with pytest.raises(Retry):
        exchange.hear(reply_of(maya))
    exchange.sign(email="maya@example.org")
    exchange.hear(reply_of(maya))

    assert len(exchange.posted(CallRequested)) == 1


@pytest.mark.parametrize(
    ("meaning", "call_campaign"),
    [("yes", "call-in-day"), ("stop", "call-in-day"), ("call", None), ("call", "no-such-day"), ("call", "a-draft")],
)
def test_a_reply_that_asks_for_no_call_of_ours_rings_nobody(
    exchange: Exchange, meaning: str, call_campaign: str | None
) -> None:
    exchange.launch()
    exchange.draft(slug="a-draft")
    maya = exchange.sign()

    exchange.hear(reply_of(maya, meaning, call_campaign))

    assert exchange.calls() == []


def test_a_reply_before_the_opening_is_answered_with_why(exchange: Exchange) -> None:
    exchange.launch(opens_at=NOON + timedelta(hours=1))
    maya = exchange.sign()

    exchange.hear(reply_of(maya))

    assert exchange.posted(CallFinished)[0].ending == "campaign_is_closed"


def test_who_asks_before_it_is_day_is_rung_at_once(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign("+16045550152", "V6B1A1")
    exchange.work()
    exchange.moment.move_to(TEN_IN_TORONTO)

    exchange.hear(reply_of(maya))
    exchange.dial()

    assert exchange.call().state == State.DIALLING


def test_no_telephone_is_rung_more_often_in_a_day_than_is_set(exchange: Exchange) -> None:
    exchange.launch()
    for _ in range(exchange.settings.calls_per_telephone_a_day):
        exchange.ring().status("no-answer")
    maya = exchange.calls()[-1].supporter_id
    assert maya is not None

    exchange.hear(reply_of(maya))
    too_often = exchange.posted(CallFinished)[-1].ending
    exchange.moment.shift(timedelta(days=1))
    exchange.hear(reply_of(maya))

    assert too_often == "called_often"
    assert exchange.dial() is True


def test_a_guest_of_a_gathering_may_answer_call_too(exchange: Exchange) -> None:
    exchange.launch()
    fields = {"name": "Kim", "email": None, "phone": "+14165550177"}
    kim = exchange.backbone.fingerprints.supporter_id(email=None, phone="+14165550177")
    sealed = exchange.backbone.vault.seal(kim, fields, AttendanceAdded.type)
    exchange.hear(
        AttendanceAdded(
            attendance_id="a1",
            gathering="rally-toronto",
            campaign="status-for-all",
            supporter_id=kim,
            supporter=Sealed(id=kim, sealed=sealed),
            via="page",
            cause="page:a1",
            language="fr",
        )
    )

    exchange.hear(reply_of(kim))

    assert exchange.posted(CallFinished)[0].ending == "riding_unknown"
    assert exchange.call().language == "fr"
