"""An organizer signs in, erases a supporter and signs out, in a real browser on real PostgreSQL."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from services.organizers.domain.account import Person, Role
from services.organizers.storage.people import People
from services.organizers.use_cases.look_after_accounts import LookAfterAccounts
from shared.service import Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.browser.conftest import PHONE, Complaints, Serve
from tests.fixtures.services import Fresh

EMAIL, PASSWORD = "olive@example.org", "four walls and a river"


@pytest.fixture
def address(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh, serve: Serve) -> str:
    """Where the console is; it has one owner."""
    backbone, assembly = fresh("organizers")
    people = People(backbone.vault, backbone.fingerprints)
    accounts = LookAfterAccounts(backbone.database, people, backbone.clock)
    accounts.add(Person("Olive Tremblay", EMAIL), Role.OWNER, PASSWORD, "test")
    return serve(create_app([(migrated("organizers"), backbone, assembly)], core_settings))


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_an_organizer_signs_in_on_a_phone_and_comes_to_the_page_they_wanted(phone: Page, address: str) -> None:
    phone.goto(f"{address}/console/audit")

    sign_in(phone)

    expect(phone).to_have_url(f"{address}/console/audit")
    expect(phone.get_by_role("heading", name="Who did what")).to_be_visible()
    expect(phone.get_by_text("Olive Tremblay").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_wrong_password_is_told_and_the_address_need_not_be_typed_again(
    phone: Page, address: str, complaints: Complaints
) -> None:
    complaints.expected.append("401")
    phone.goto(f"{address}/console")

    sign_in(phone, "four walls and a lake")

    expect(phone.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")
    expect(phone.get_by_label("E-mail address")).to_have_value(EMAIL)
    expect(phone.get_by_label("Password")).to_have_value("")


def test_whoever_signs_out_cannot_come_back_by_the_back_button(desk: Page, address: str) -> None:
    desk.goto(f"{address}/console")
    sign_in(desk)
    expect(desk.get_by_role("heading", name="Hello, Olive Tremblay")).to_be_visible()

    desk.get_by_role("button", name="Sign out").click()
    expect(desk).to_have_url(f"{address}/console/sign-in")
    desk.goto(f"{address}/console")

    expect(desk).to_have_url(f"{address}/console/sign-in?next=%2Fconsole")


def test_an_owner_erases_a_supporter(desk: Page, address: str, complaints: Complaints) -> None:
    complaints.expected.append("422")
    desk.goto(f"{address}/console")
    sign_in(desk)
    desk.get_by_role("link", name="Erase a supporter").click()

    desk.get_by_label("E-mail address").fill("mei.chen@example.org")
    desk.get_by_role("button", name="Erase for good").click()
    expect(desk.get_by_role("alert")).to_contain_text("it cannot be undone")
    expect(desk.get_by_label("E-mail address")).to_have_value("mei.chen@example.org")
    desk.get_by_label("They asked for it, and I am sure.").check()
    desk.get_by_role("button", name="Erase for good").click()

    expect(desk.get_by_role("status")).to_contain_text("It is noted.")
    assert "mei" not in desk.url


def test_the_console_works_without_scripts_and_in_french(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="fr-CA")
    page = context.new_page()
    page.goto(f"{address}/console")

    page.get_by_label("Adresse courriel").fill(EMAIL)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Ouvrir une session").click()

    expect(page.get_by_role("heading", name="Bonjour, Olive Tremblay")).to_be_visible()
    page.get_by_role("button", name="Fermer la session").click()
    expect(page.get_by_role("heading", name="Ouvrir une session")).to_be_visible()
    context.close()
