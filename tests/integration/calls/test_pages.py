"""What anybody sees: a call campaign's page."""

from datetime import timedelta

from tests.integration.calls.exchange import SPADINA, SPADINA_LINE, Exchange
from tests.unit.calls.made import ENGLISH, FRENCH, NOON

PAGE = "/call-campaigns/call-in-day"


def test_the_page_says_why_and_what_to_say_and_gives_each_offices_number(exchange: Exchange) -> None:
    exchange.launch()

    page = exchange.client.get(PAGE).text
    chosen = exchange.client.get(f"{PAGE}?riding={SPADINA.id}").text

    assert ENGLISH.title in page
    assert ENGLISH.reason in page
    assert "Spadina—Harbourfront (Ana Dunn)" in page
    assert f'href="tel:{SPADINA_LINE}"' not in page
    assert f'href="tel:{SPADINA_LINE}"' in chosen
    assert "(416) 555-0110" in chosen
    assert "in Ottawa" in chosen


def test_the_page_speaks_french(exchange: Exchange) -> None:
    exchange.launch()

    page = exchange.client.get(f"{PAGE}?lang=fr").text

    assert FRENCH.reason in page.replace("&#39;", "'")
    assert '<html lang="fr">' in page
    assert "Appelez votre député" in page


def test_a_draft_has_no_page(exchange: Exchange) -> None:
    assert exchange.client.get(PAGE).status_code == 404


def test_the_page_of_an_ended_campaign_thanks(exchange: Exchange) -> None:
    exchange.launch(closes_at=NOON + timedelta(minutes=1))
    exchange.moment.shift(timedelta(minutes=1))
    exchange.work()

    assert "This call-in day is over" in exchange.client.get(PAGE).text


def test_few_calls_are_not_shown_as_a_number(exchange: Exchange) -> None:
    exchange.launch(calls_per_line=20)
    for person in range(4):
        exchange.ring(f"+1416555015{person}").walk()
    few = exchange.client.get(PAGE).text
    exchange.ring("+14165550159").walk()

    assert "reached an MP" not in few
    assert "calls reached an MP" in exchange.client.get(PAGE).text
