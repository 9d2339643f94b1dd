"""Calling in a real browser: an organizer's draft, review, launch and board; a supporter's page that rings them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from playwright.sync_api import Page, expect

from services.calls.domain.call import State
from services.calls.providers.fakes import FakeRepresent, FakeVoice
from services.calls.service import assemble_with
from services.calls.settings import CallsSettings
from shared.domain_events.calls import CallCampaignLaunched
from shared.service import Service
from shared.settings import CoreSettings, load
from shared.web.app import create_app
from shared.web.links import call_me_link
from tests.browser.conftest import PHONE, Serve
from tests.fixtures.services import Fresh
from tests.integration.calls.exchange import CODES, DIRECTORY, Exchange
from tests.unit.calls.made import MINISTER

# A busy machine takes its time.
expect.set_options(timeout=60_000)
CONSOLE = "/console/call-campaigns"
LONG = timedelta(days=2)


@dataclass
class Site:
    """The exchange's pages, with those of notifications that count, and where they are."""

    exchange: Exchange
    address: str

    def open(self, page: Page, path: str) -> None:
        """Visit one of the pages."""
        page.goto(self.address + path)

    def sign_in(self, page: Page) -> None:
        """An organizer signs in."""
        self.exchange.sign_in()
        cookie = self.exchange.client.get_cookie("groundswell")
        assert cookie is not None
        page.context.add_cookies([{"name": "groundswell", "value": cookie.value, "url": self.address}])

    def launch(self, **given: Any) -> None:
        """A call campaign that is live now."""
        now = self.exchange.backbone.clock()
        self.exchange.launch(**({"opens_at": now - LONG, "closes_at": now + LONG} | given))

    def link(self, supporter_id: str) -> str:
        """Somebody's own link, without the host."""
        return urlsplit(call_me_link(self.exchange.backbone.settings, supporter_id, "call-in-day")).path


@pytest.fixture
def site(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh, serve: Serve) -> Iterator[Site]:
    """An exchange on the clock that the browser has."""
    backbone, _ = fresh("calls")
    settings = replace(load(CallsSettings), calls_per_second=50, represent_per_minute=6000)
    voice, represent = FakeVoice(), FakeRepresent(DIRECTORY, CODES)
    assembly = assemble_with(backbone, settings, voice, represent)
    counting = (migrated("notifications"), *fresh("notifications"))
    app = create_app([(migrated("calls"), backbone, assembly), counting], core_settings)
    with time_machine.travel(datetime.now(UTC), tick=True) as moment:
        exchange = Exchange(backbone, assembly, settings, voice, represent, app.test_client(), moment)
        exchange.mirror()
        yield Site(exchange, serve(app))


def test_an_organizer_drafts_reviews_counts_and_launches(site: Site, desk: Page) -> None:
    site.sign_in(desk)
    site.open(desk, CONSOLE)
    desk.get_by_role("link", name="New call campaign").click()
    english = desk.get_by_role("group", name="In English")
    english.get_by_label("Title").fill("Call-in day")
    english.get_by_label("Why we call").fill("We ask every MP to renew work permits.")
    desk.get_by_label("The name that supporters hear").fill("Migrant Students United")
    desk.get_by_label("Campaign", exact=True).fill("status-for-all")
    desk.get_by_label("Address of its page").fill("call-in-day")
    desk.get_by_role("button", name="Keep the draft and review it").click()

    expect(desk.get_by_text("Hello. This is Migrant Students United. We ask every MP")).to_be_visible()
    launch = desk.get_by_role("button", name="Launch the call campaign")
    for channel in ("Text message", "Telephone call"):
        desk.get_by_label(channel).first.check()
    expect(desk.locator("[data-count]")).to_contain_text("This will text 0 people and ring 0 people.")
    expect(launch).to_be_enabled()
    launch.click()

    expect(desk.get_by_role("heading", name="Call-in day")).to_be_visible()
    expect(desk.get_by_text("No office has been called yet.")).to_be_visible()
    (launched,) = site.exchange.posted(CallCampaignLaunched)
    assert launched.announcement.channels == ("text", "ring")


def test_the_board_shows_new_calls_without_being_touched(site: Site, desk: Page) -> None:
    site.launch()
    site.sign_in(desk)
    site.open(desk, f"{CONSOLE}/call-in-day")
    expect(desk.get_by_text("No office has been called yet.")).to_be_visible()

    site.exchange.ring().walk("busy", said="5")

    row = desk.get_by_role("row", name="Ana Dunn")
    expect(row).to_contain_text("busy 1")
    expect(row).to_contain_text("could not get through 1")


def test_a_supporter_is_rung_by_their_link_and_sees_how_the_call_goes(site: Site, phone: Page) -> None:
    site.launch()
    exchange = site.exchange
    maya = exchange.sign()
    exchange.work()
    site.open(phone, site.link(maya))
    expect(phone.get_by_text("the office of Ana Dunn, MP for Spadina—Harbourfront")).to_be_visible()

    phone.get_by_role("button", name="Ring me now").click()
    expect(phone.get_by_role("heading", name="You are in line")).to_be_visible()
    exchange.dial()
    expect(phone.get_by_role("heading", name="Your telephone is ringing")).to_be_visible()
    exchange.handset().walk()

    expect(phone.get_by_text("Thank you for calling.")).to_be_visible()
    assert exchange.states() == [State.FINISHED]


def test_a_supporter_without_a_number_and_with_two_ridings_is_asked_for_both(site: Site, phone: Page) -> None:
    site.launch()
    exchange = site.exchange
    maya = exchange.sign(number=None, code="M5T1A1")
    exchange.work()
    site.open(phone, site.link(maya) + "?lang=fr")

    phone.get_by_label("Votre circonscription").select_option(label="Davenport (Bo Roy)")
    phone.get_by_label("Votre numéro de téléphone").fill("416 555 0188")
    phone.get_by_role("button", name="Appelez-moi maintenant").click()

    expect(phone.get_by_role("heading", name="Vous êtes dans la file")).to_be_visible()
    exchange.dial()
    assert [number for number, _ in exchange.voice.placed] == ["+14165550188"]


def test_every_page_fits_a_phone(site: Site, phone: Page) -> None:
    exchange = site.exchange
    site.launch(goal=40, fallback=MINISTER)
    exchange.ring().walk()
    exchange.ring("+14165550151", code="M6H1A1").walk("no-answer", said="5")
    maya = exchange.sign("+14165550152", code="M5T1A1")
    exchange.work()
    exchange.draft(slug="a-draft", fallback=MINISTER)
    site.sign_in(phone)
    pages = [CONSOLE, f"{CONSOLE}/new", f"{CONSOLE}/a-draft/review", f"{CONSOLE}/call-in-day?still=1"]
    pages += ["/call-campaigns/call-in-day?riding=35099", site.link(maya)]

    for path in pages:
        for language in ("en", "fr"):
            site.open(phone, f"{path}{'&' if '?' in path else '?'}lang={language}")

            assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            assert phone.locator("h1").count() == 1, path
