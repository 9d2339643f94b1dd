"""Takes the picture in the project's README from a demo that runs and on which nothing was done yet.

groundswell demo --data /tmp/picture --fresh
python -m deploy.demo.picture /tmp/picture docs/images/demo.png
"""

import base64
import re
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from string import Template

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from deploy.demo.load import HELD, TO_LAUNCH
from deploy.local.settings import DEMO_EMAIL, DEMO_PASSWORD, settings_in
from deploy.rehearsal.campaign import CAMPAIGN, FIX_PGWP
from deploy.rehearsal.console import Console
from deploy.rehearsal.forms import TEXT, call_to_action

# As tall as the picture has room for, with the sandbox's own bar above it.
PHONE: ViewportSize = {"width": 390, "height": 946}
DESK: ViewportSize = {"width": 860, "height": 976}
PICTURE: ViewportSize = {"width": 1600, "height": 830}
# The picture has frames of its own.
FRAMELESS = ".phone { border: 0; border-radius: 0; box-shadow: none }"
NUMBER = "+14165550142"
PATIENCE_MILLISECONDS = 120_000
# Of the board's figures, and of the demo's two dozen calls.
CALLS_DONE, AT_LEAST_TWENTY = 3, re.compile(r"2\d")


def take(settings: Mapping[str, str], target: Path) -> None:
    """Walk through the demo as a supporter and as an organizer, and lay the pictures side by side."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with ExitStack() as stack:
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=shutil.which("chromium"))
        stack.callback(browser.close)
        shots = {**_supporter(browser, settings), "board": _board(browser, settings)}
        page = browser.new_page(viewport=PICTURE)
        page.set_content(Template(Path(__file__).with_suffix(".html").read_text()).substitute(shots))
        page.screenshot(path=target)


def _supporter(browser: Browser, settings: Mapping[str, str]) -> dict[str, str]:
    """The petition, the texts, and the telephone that rings."""
    public_url = settings["GROUNDSWELL_PUBLIC_URL"]
    page = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="en-CA", bypass_csp=True)
    page.goto(f"{public_url}/petitions/{FIX_PGWP.slug}")
    petition = _shot(page)
    _sign(page)
    page.goto(f"{public_url}/sandbox/phones/{NUMBER}")
    expect(page.get_by_label("Texts", exact=True)).to_contain_text("on its way")
    _launch(settings)
    expect(page.get_by_label("Texts", exact=True)).to_contain_text("Reply CALL")
    texts = _shot(page.locator(".phone"))
    page.get_by_role("button", name="CALL", exact=True).click()
    expect(page.get_by_role("button", name="Answer")).to_be_visible()
    return {"petition": petition, "texts": texts, "ringing": _shot(page.locator(".phone"))}


def _sign(page: Page) -> None:
    page.get_by_label("Your name").fill("Amrit Quaba")
    page.get_by_label("Telephone number").fill(NUMBER)
    page.get_by_label("Postal code").fill("M5S 9Z9")
    page.get_by_label("Text me about this campaign").check()
    page.get_by_role("button", name="Sign and send my letter").click()
    expect(page.get_by_role("heading", name="Thank you for signing")).to_be_visible()


def _launch(settings: Mapping[str, str]) -> None:
    console = Console(settings["GROUNDSWELL_PUBLIC_URL"])
    console.sign_in(settings[DEMO_EMAIL], settings[DEMO_PASSWORD])
    console.confirm("call-campaigns", TO_LAUNCH, "launch", call_to_action(CAMPAIGN, (TEXT,)))


def _board(browser: Browser, settings: Mapping[str, str]) -> str:
    """The board of the call-in day that was held."""
    page = browser.new_page(viewport=DESK, device_scale_factor=2, locale="en-CA")
    page.goto(f"{settings['GROUNDSWELL_PUBLIC_URL']}/console/sign-in?next=/console/call-campaigns/{HELD}")
    page.get_by_label("E-mail address").fill(settings[DEMO_EMAIL])
    page.get_by_label("Password").fill(settings[DEMO_PASSWORD])
    page.get_by_role("button", name="Sign in").click()
    # It refreshes by itself; by then most offices have something to show.
    expect(page.locator(".number").nth(CALLS_DONE)).to_have_text(AT_LEAST_TWENTY)
    return _shot(page)


def _shot(of: Page | Locator) -> str:
    return "data:image/png;base64," + base64.b64encode(of.screenshot(animations="disabled", style=FRAMELESS)).decode()


if __name__ == "__main__":
    take(settings_in(Path(sys.argv[1]) / "settings.env"), Path(sys.argv[2]))
