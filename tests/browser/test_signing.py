"""Petitions in a real browser: a supporter signs on a phone; an organizer drafts, counts, opens, watches and closes."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from services.signatures.domain.petition import PetitionState
from shared.domain_events.signatures import PetitionOpened, SignatureAdded
from shared.service import Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.browser.conftest import PHONE, Complaints, Serve
from tests.browser.test_shell import POOR_CONTRASTS
from tests.fixtures.services import Fresh
from tests.integration.signatures.office import PAGE, Office
from tests.unit.signatures.made import ENGLISH, SLUG, TARGETS


@dataclass
class Site:
    """The office's pages, with those of notifications that count, and where they are."""

    office: Office
    address: str

    def sign_in(self, page: Page) -> None:
        """An organizer signs in."""
        self.office.sign_in()
        cookie = self.office.client.get_cookie("groundswell")
        assert cookie is not None
        page.context.add_cookies([{"name": "groundswell", "value": cookie.value, "url": self.address}])


@pytest.fixture
def site(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh, serve: Serve) -> Site:
    """An office with an address."""
    backbone, assembly = fresh("signatures")
    counting = (migrated("notifications"), *fresh("notifications"))
    app = create_app([(migrated("signatures"), backbone, assembly), counting], core_settings)
    return Site(Office(backbone, assembly, app.test_client()), serve(app))


def fits(page: Page) -> bool:
    """Whether nothing sticks out of a phone's screen and every word is legible."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= PHONE["width"] and page.evaluate(POOR_CONTRASTS) == []


def test_a_supporter_signs_on_a_phone_and_is_thanked(site: Site, phone: Page) -> None:
    site.office.open()
    phone.goto(site.address)
    phone.get_by_role("link", name="Fix work permits").click()
    phone.get_by_role("link", name="Sign now").click()
    phone.get_by_label("Your name").fill("Gurleen ਕੌਰ")
    phone.get_by_label("E-mail address").fill("gurleen@example.org")
    phone.get_by_label("Telephone number").fill("416 555 0199")
    phone.get_by_label("Postal code").fill("m5v2t6")
    phone.get_by_label("Text me about this campaign").check()
    phone.get_by_role("button", name="Sign and send my letter").click()

    expect(phone.get_by_role("heading", name="Thank you for signing")).to_be_visible()
    (event,) = site.office.posted(SignatureAdded)
    assert (event.consents.email, event.consents.text, event.consents.call) == (False, True, False)
    assert phone.context.cookies() == []


def test_what_is_wrong_is_shown_on_top_and_leads_to_its_field(site: Site, phone: Page, complaints: Complaints) -> None:
    complaints.expected.append("422")
    site.office.open()
    phone.goto(site.address + PAGE)
    phone.get_by_label("Your name").fill("Amrit Quaba")
    phone.get_by_label("E-mail address").fill("amrit@example.org")
    phone.get_by_label("Postal code").fill("90210")
    phone.get_by_label("E-mail me about this campaign").check()
    phone.get_by_role("button", name="Sign and send my letter").click()

    phone.get_by_role("alert").get_by_role("link").click()

    expect(phone.get_by_label("Postal code")).to_be_focused()
    expect(phone.get_by_label("Postal code")).to_have_value("90210")
    expect(phone.get_by_label("Your name")).to_have_value("Amrit Quaba")
    expect(phone.get_by_label("E-mail me about this campaign")).to_be_checked()
    expect(phone.get_by_label("Text me about this campaign")).not_to_be_checked()
    assert fits(phone)


def test_mending_it_signs(site: Site, phone: Page, complaints: Complaints) -> None:
    complaints.expected.append("422")
    site.office.open()
    phone.goto(site.address + PAGE)
    phone.get_by_label("Your name").fill("Amrit Quaba")
    phone.get_by_label("Postal code").fill("M5V 2T6")
    phone.get_by_role("button", name="Sign and send my letter").click()
    expect(phone.get_by_role("alert")).to_contain_text("Write an e-mail address or a telephone number.")

    phone.get_by_label("Telephone number").fill("(416) 555-0123")
    phone.get_by_role("button", name="Sign and send my letter").click()

    expect(phone.get_by_role("heading", name="Thank you for signing")).to_be_visible()
    assert len(site.office.rows()) == 1


def test_a_french_reader_signs_in_french(site: Site, phone: Page) -> None:
    site.office.open()
    phone.goto(site.address + PAGE)
    phone.get_by_role("link", name="Français").click()
    expect(phone.get_by_role("heading", name="Réparons les permis d’études")).to_be_visible()
    phone.get_by_label("Votre nom").fill("Chloé Quaba")
    phone.get_by_label("Adresse de courriel").fill("chloe@example.org")
    phone.get_by_label("Code postal").fill("H2X 1Y4")
    phone.get_by_label("Écrivez-moi par courriel").check()
    phone.get_by_role("button", name="Signer et envoyer ma lettre").click()

    expect(phone.get_by_role("heading", name="Merci d’avoir signé")).to_be_visible()
    (event,) = site.office.posted(SignatureAdded)
    assert (event.language, event.consents.language) == ("fr", "fr")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_its_words_are_legible(site: Site, phone: Page, scheme: str) -> None:
    site.office.open()
    site.office.open(slug="care-for-all")
    phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    for path in ("/", "/petitions", PAGE, f"{PAGE}?lang=fr", f"{PAGE}/thanks"):
        phone.goto(site.address + path)
        assert fits(phone), path


def test_the_links_that_hand_it_on_carry_the_petitions_address(site: Site, phone: Page) -> None:
    site.office.open()
    phone.goto(f"{site.address}{PAGE}/thanks")

    link = phone.get_by_role("link", name="WhatsApp").get_attribute("href")

    assert parse_qs(urlsplit(link or "").query)["text"][0].endswith(PAGE)
    expect(phone.get_by_label("Or copy the link")).to_have_value(f"http://127.0.0.1:8000{PAGE}")


def test_an_organizer_drafts_reviews_counts_and_opens(site: Site, desk: Page) -> None:
    site.sign_in(desk)
    desk.goto(f"{site.address}/console/petitions")
    desk.get_by_role("link", name="New petition").click()
    desk.get_by_label("Short name").fill(SLUG)
    desk.get_by_label("Campaign", exact=True).fill("status-for-all")
    for part in ("title", "body", "letter_subject", "letter_body", "thanks"):
        desk.locator(f"#field-{part}_en").fill(getattr(ENGLISH, part))
    for number, target in enumerate(TARGETS, 1):
        for part in ("role", "name", "email"):
            desk.locator(f"#field-target_{number}_{part}").fill(getattr(target, part))
    desk.get_by_role("button", name="Save, and see how it will look").click()

    expect(desk.get_by_text("Dear Jordan Lavoie,")).to_be_visible()
    desk.get_by_label("Text message", exact=True).first.check()
    expect(desk.locator("[data-count]")).to_contain_text("This will text 0 people.")
    desk.get_by_role("button", name="Open the petition").click()

    expect(desk.get_by_text("Signing is open")).to_be_visible()
    (opened,) = site.office.posted(PetitionOpened)
    assert opened.announcement is not None
    assert opened.announcement.channels == ("text",)
    assert opened.announcement.wordings[0].text.startswith("Hi {first_name}, there is a new petition")


def test_an_organizer_closes_it(site: Site, desk: Page) -> None:
    site.office.open()
    site.sign_in(desk)
    desk.goto(f"{site.address}/console/petitions/{SLUG}")

    desk.get_by_label("Why").select_option(label="It was won")
    desk.get_by_role("button", name="Close the petition").click()

    expect(desk.get_by_text("Signing is closed")).to_be_visible()
    assert site.office.state() == PetitionState.CLOSED


def test_the_console_fits_a_phone(site: Site, phone: Page) -> None:
    site.office.open()
    site.office.crowd(3)
    site.office.count()
    site.office.open(slug="a-draft", state=PetitionState.DRAFT, opened_at=None)
    site.sign_in(phone)

    for path in ("", "/new", "/a-draft/edit", "/a-draft/review", f"/{SLUG}"):
        phone.goto(f"{site.address}/console/petitions{path}")
        assert fits(phone), path
