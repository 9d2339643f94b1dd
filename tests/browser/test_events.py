"""Events in a real browser: an organizer drafts, schedules and calls off; a supporter comes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from services.events.domain.gathering import Kind, Place, State
from services.events.domain.when import When
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.draft import draft
from shared.domain_events.events import AttendanceAdded, GatheringCancelled, GatheringScheduled
from shared.service import Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.browser.conftest import PHONE, Complaints, Serve
from tests.fixtures.services import Fresh
from tests.integration.events.hall import Hall
from tests.unit.events.gatherings import rally

# A busy machine takes its time.
expect.set_options(timeout=60_000)
CONSOLE = "/console/events"


@dataclass
class Site:
    """The hall's pages, with those of notifications that count, and where they are."""

    hall: Hall
    address: str

    def open(self, page: Page, path: str) -> None:
        """Visit one of the pages."""
        page.goto(self.address + path)

    def sign_in(self, page: Page) -> None:
        """An organizer signs in."""
        self.hall.sign_in()
        cookie = self.hall.client.get_cookie("groundswell")
        assert cookie is not None
        page.context.add_cookies([{"name": "groundswell", "value": cookie.value, "url": self.address}])


@pytest.fixture
def site(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh, serve: Serve) -> Iterator[Site]:
    """A hall on the clock that the browser has."""
    backbone, assembly = fresh("events")
    counting = (migrated("notifications"), *fresh("notifications"))
    app = create_app([(migrated("events"), backbone, assembly), counting], core_settings)
    with time_machine.travel(datetime.now(UTC), tick=True) as moment:
        yield Site(Hall(backbone, assembly, app.test_client(), moment), serve(app))


def soon(days: int = 7) -> When:
    """Early in the afternoon, some days from now, in Toronto."""
    day = (datetime.now(UTC) + timedelta(days=days)).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    return When(starts=day.replace(hour=14), ends=day.replace(hour=16), time_zone="America/Toronto")


def test_an_organizer_drafts_reviews_counts_and_schedules(site: Site, desk: Page) -> None:
    site.sign_in(desk)
    site.open(desk, CONSOLE)
    desk.get_by_role("link", name="New event").click()
    desk.get_by_role("group", name="In English").get_by_label("Title").fill("Rally in Toronto")
    desk.get_by_label("Kind", exact=True).select_option(label="Rally")
    desk.get_by_label("Campaign", exact=True).fill("status-for-all")
    desk.get_by_label("Address of its page").fill("rally-toronto")
    desk.get_by_label("Day", exact=True).fill(f"{soon().starts:%Y-%m-%d}")
    desk.get_by_label("Starts").fill("14:45")
    desk.get_by_label("Ends").fill("16:30")
    desk.get_by_label("Street and number").fill("344 Bloor Street West")
    desk.get_by_label("City").fill("Toronto")
    desk.get_by_role("button", name="Keep the draft and review it").click()

    expect(desk.get_by_role("heading", name="Rally in Toronto").first).to_be_visible()
    for channel in ("Text message", "E-mail"):
        desk.get_by_label(channel, exact=True).first.check()
    expect(desk.locator("[data-count]")).to_contain_text("This will text 0 people and e-mail 0 people.")
    desk.get_by_role("button", name="Schedule the event").click()

    expect(desk.get_by_text("are coming")).to_be_visible()
    (scheduled,) = site.hall.posted(GatheringScheduled)
    assert scheduled.announcement.channels == ("text", "email")
    assert "Reply YES or NO" in scheduled.announcement.wordings[0].text


def test_an_organizer_calls_it_off(site: Site, desk: Page) -> None:
    site.hall.schedule(when=soon())
    site.sign_in(desk)
    site.open(desk, f"{CONSOLE}/rally-toronto")
    desk.get_by_role("link", name="Cancel the event").click()
    desk.get_by_role("button", name="Cancel the event").click()

    expect(desk.get_by_text("called off")).to_be_visible()
    assert [one.announcement for one in site.hall.posted(GatheringCancelled)] == [None]


def test_a_supporter_finds_a_rally_and_comes(site: Site, phone: Page, complaints: Complaints) -> None:
    complaints.expected += ["422"]
    site.hall.schedule(when=soon())
    site.open(phone, "/events")
    phone.get_by_role("link", name="Rally for renewable permits").click()
    phone.get_by_label("Your name").fill("Ada Lim")
    phone.get_by_role("button", name="Count me in").click()
    expect(phone.get_by_role("alert")).to_contain_text("Write an e-mail address or a telephone number.")
    expect(phone.get_by_label("Your name")).to_have_value("Ada Lim")
    phone.get_by_label("Telephone number").fill("416 555 0123")
    phone.get_by_role("button", name="Count me in").click()

    expect(phone.get_by_role("heading", name="See you there")).to_be_visible()
    (added,) = site.hall.posted(AttendanceAdded)
    assert (added.via, added.language) == ("page", "en")


def test_every_page_fits_a_phone(site: Site, phone: Page) -> None:
    hall = site.hall
    hall.schedule(when=soon(), capacity=40)
    hall.schedule(slug="mississauga", when=soon(8), place=Place(venue="A mall", city="Mississauga"))
    hall.schedule(slug="online", when=soon(9), kind=Kind.INFO_SESSION, place=Place(venue="The link comes by e-mail"))
    hall.ask(lambda transaction: draft(rally(slug="a-draft", state=State.DRAFT), "o", Gatherings(transaction)))
    site.sign_in(phone)
    board = f"{CONSOLE}/rally-toronto"
    pages = [CONSOLE, f"{CONSOLE}/new", f"{CONSOLE}/a-draft/review", board, f"{board}/cancel"]
    pages += ["/events", "/events/rally-toronto", "/events/online", "/events/rally-toronto/thanks"]

    for path in pages:
        for language in ("en", "fr"):
            site.open(phone, f"{path}?lang={language}")

            assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            assert phone.locator("h1").count() == 1, path
