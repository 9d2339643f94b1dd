"""The page behind a call-me link: it rings who it was sent to, asks what it must, and says how the call is doing."""

from datetime import timedelta

import pytest

from services.calls.domain.call import Aim, State
from shared.domain_events.calls import CallFinished, CallRequested, SupporterLocated
from shared.domain_events.notifications import ConsentGiven
from shared.web.links import call_me_link
from tests.integration.calls.exchange import DAVENPORT, SPADINA, Exchange, reply_of
from tests.unit.calls.made import MINISTER, NOON


def link(exchange: Exchange, supporter_id: str, slug: str = "call-in-day") -> str:
    """Somebody's own link, without the host."""
    settings = exchange.backbone.settings
    return call_me_link(settings, supporter_id, slug).removeprefix(settings.public_url)


def test_a_link_rings_who_it_was_sent_to(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    path = link(exchange, maya)
    page = exchange.client.get(path)
    assert "the office of Ana Dunn, MP for Spadina—Harbourfront" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert 'name="phone"' not in page.text

    answer = exchange.client.post(path)
    exchange.dial()

    assert (answer.status_code, answer.location) == (303, path)
    assert [one.via for one in exchange.posted(CallRequested)] == ["link"]
    assert [number for number, _ in exchange.voice.placed] == ["+14165550150"]


def test_the_page_follows_the_call_and_says_what_became_of_it(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    path = link(exchange, maya)
    exchange.client.post(path)

    def shown() -> str:
        answer = exchange.client.get(path)
        assert ("Refresh" in answer.headers) == ("Your call" in answer.text)
        return answer.text

    assert "You are in line" in shown()
    exchange.dial()
    assert "Your telephone is ringing" in shown()
    handset = exchange.handset()
    handset.answer()
    assert "Press 1 on your telephone" in shown()
    handset.press("1", "confirmed")
    assert "You are being connected" in shown()
    handset.office_leg_ends("completed", 60)
    assert "How did it go?" in shown()
    handset.press("1", "reported")
    handset.status("completed")
    assert "Thank you for calling" in shown()
    assert "Ring me again" in shown()


def test_pressing_the_button_twice_rings_once(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    path = link(exchange, maya)

    answers = [exchange.client.post(path).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert len(exchange.calls()) == 1


def test_who_did_not_answer_is_offered_another_try(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    path = link(exchange, maya)
    exchange.client.post(path)
    exchange.dial()
    exchange.handset().status("no-answer")

    assert "nobody answered" in exchange.client.get(path).text
    exchange.moment.shift(1)
    exchange.client.post(path)

    assert exchange.states() == [State.FINISHED, State.REQUESTED]


def test_who_texted_call_and_was_rung_enough_for_the_day_reads_so_behind_their_link(exchange: Exchange) -> None:
    exchange.launch()
    for _ in range(exchange.settings.calls_per_telephone_a_day):
        exchange.ring().status("no-answer")
    maya = exchange.calls()[-1].supporter_id
    assert maya is not None
    exchange.moment.shift(1)
    exchange.hear(reply_of(maya))

    page = exchange.client.get(link(exchange, maya)).text

    assert "You were rung often enough for a day. Please come back tomorrow." in page


def test_who_gave_no_number_is_asked_for_one(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign(number=None, email="maya@example.org")
    exchange.work()
    path = link(exchange, maya)

    missing = exchange.client.post(path)
    wrong = exchange.client.post(path, data={"phone": "12"})
    exchange.client.post(path, data={"phone": "(416) 555-0188"})
    exchange.dial()

    assert (missing.status_code, wrong.status_code) == (422, 422)
    assert "Please fill this in." in missing.text
    assert 'value="12"' in wrong.text
    assert [number for number, _ in exchange.voice.placed] == ["+14165550188"]


def test_who_spans_ridings_chooses_and_is_located_by_that(exchange: Exchange) -> None:
    exchange.launch(first_riding_by_text=True)
    maya = exchange.sign(code="M5T1A1")
    exchange.work()
    path = link(exchange, maya)
    page = exchange.client.get(path).text
    assert "lies in more than one riding" in page
    assert f'value="{SPADINA.id}"' in page
    assert 'value="59001"' not in page

    refused = [exchange.client.post(path, data=data).status_code for data in ({}, {"riding": "59001"})]
    exchange.client.post(path, data={"riding": DAVENPORT.id})

    assert refused == [422, 422]
    assert exchange.posted(SupporterLocated)[-1].ridings == (DAVENPORT.id,)
    assert (exchange.call().aim, exchange.call().riding) == (Aim.RIDING, DAVENPORT.id)


def test_whose_riding_is_unknown_chooses_from_all_or_the_fallback(exchange: Exchange) -> None:
    exchange.launch(fallback=MINISTER)
    maya = exchange.sign(code="H0H0H0")
    exchange.work()
    path = link(exchange, maya)
    page = exchange.client.get(path).text
    assert "We could not tell your riding" in page
    assert 'value="59001"' in page

    exchange.client.post(path, data={"riding": "fallback"})
    exchange.dial()

    line = exchange.call().line
    assert line is not None
    assert line.number == MINISTER.number


@pytest.mark.parametrize(("code", "said"), [("J9P1A1", "Abitibi"), ("V2S1A1", "Abbotsford")])
def test_who_has_no_mp_to_call_is_told_so_and_offered_the_fallback(exchange: Exchange, code: str, said: str) -> None:
    exchange.launch()
    exchange.launch(slug="another-day", fallback=MINISTER)
    maya = exchange.sign(code=code)
    exchange.work()

    alone = exchange.client.get(link(exchange, maya)).text
    with_fallback = exchange.client.get(link(exchange, maya, "another-day")).text

    assert f"{said}" in alone
    assert "there is nobody to call" in alone
    assert "Ring me now" not in alone
    assert MINISTER.name in with_fallback
    assert "Ring me now" in with_fallback


def test_a_request_that_cannot_be_met_is_answered_with_why(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign(code="J9P1A1")
    exchange.work()

    answer = exchange.client.post(link(exchange, maya))

    assert answer.status_code == 422
    assert "Your riding has no MP right now" in answer.text
    assert exchange.calls() == []
    assert exchange.posted(CallFinished) == []


def test_outside_the_hours_the_page_says_when(exchange: Exchange) -> None:
    exchange.launch(opens_at=NOON + timedelta(days=1), closes_at=NOON + timedelta(days=2))
    maya = exchange.sign()
    exchange.work()
    path = link(exchange, maya)

    page = exchange.client.get(path).text

    assert "Wednesday, November 25, 2026" in page
    assert "Ring me now" not in page
    assert exchange.client.post(path).status_code == 422


def test_who_is_not_located_yet_may_ask_all_the_same(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    path = link(exchange, maya)
    assert "your MP&#39;s office" in exchange.client.get(path).text

    exchange.client.post(path)
    exchange.work()
    exchange.dial()

    assert exchange.call().state == State.DIALLING


def test_who_is_known_by_a_consent_only_is_asked_for_everything(exchange: Exchange) -> None:
    exchange.launch()
    exchange.hear(ConsentGiven(supporter_id="somebody", channel="call", source="page", given_at=NOON))

    page = exchange.client.get(link(exchange, "somebody")).text

    assert 'name="phone"' in page


@pytest.mark.parametrize("token", ["nonsense", "WyJhIiwiYiJd.forged", "é"])
def test_a_link_that_nobody_here_made_leads_nowhere(exchange: Exchange, token: str) -> None:
    exchange.launch()

    assert exchange.client.get(f"/call-me/{token}").status_code == 404
    assert exchange.client.post(f"/call-me/{token}").status_code == 404


def test_a_link_of_a_stranger_or_of_no_campaign_leads_nowhere(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()

    assert exchange.client.get(link(exchange, "stranger")).status_code == 404
    assert exchange.client.get(link(exchange, maya, "no-such-day")).status_code == 404
