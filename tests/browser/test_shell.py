"""The shell of every page in a real browser: layouts, forms, and the count before an announcement is confirmed."""

import re
import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from shared.domain_events.announcement import Audience
from tests.browser.conftest import PHONE, Complaints, Serve
from tests.unit.web.sample import AMRIT, StandingClock, sample_app

COUNT = "**/console/audiences/count"


@pytest.fixture
def address(serve: Serve) -> str:
    """Where the sample's pages are."""
    return serve(sample_app())


def sign_in(page: Page, address: str) -> None:
    page.request.post(f"{address}/test/sign-in", data=vars(AMRIT))


def review(page: Page, address: str) -> None:
    """Open the review page and wait until its script has counted or said that nobody is told."""
    sign_in(page, address)
    page.goto(f"{address}/console/review")
    expect(page.locator("[data-count]")).to_have_text("This will tell nobody.")


def confirm(page: Page) -> Locator:
    return page.get_by_role("button", name="Open the petition")


@pytest.mark.parametrize("path", ["/open", "/form", "/nowhere", "/fails/unexpected"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_a_phone_and_its_words_are_legible(
    phone: Page, address: str, complaints: Complaints, path: str, scheme: str
) -> None:
    complaints.expected += ["404", "500"]
    phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    phone.goto(address + path)

    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.evaluate(POOR_CONTRASTS) == []


def test_the_console_fits_a_phone_and_its_words_are_legible(phone: Page, address: str) -> None:
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        review(phone, address)
        phone.get_by_label("Text message", exact=True).first.check()
        expect(confirm(phone)).to_be_enabled()

        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert phone.evaluate(POOR_CONTRASTS) == []


def test_whatever_is_tapped_is_large_enough(phone: Page, address: str) -> None:
    phone.goto(f"{address}/form")

    small = phone.evaluate(
        """[...document.querySelectorAll("header a:not(.skip), button, select, textarea, .box, input:not([type])")]
        .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    )

    assert small == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(desk: Page, address: str) -> None:
    desk.goto(f"{address}/form")

    outlines = {}
    while True:
        desk.keyboard.press("Tab")
        focused = desk.evaluate("document.activeElement.outerHTML")
        if focused.startswith("<body") or focused in outlines:
            break
        outlines[focused] = desk.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    reached = desk.locator("a, button, input:not([name=how]), select, textarea").count() + 1
    assert (len(outlines), set(outlines.values())) == (reached, {"solid"})


def test_the_first_tab_skips_to_the_content(desk: Page, address: str) -> None:
    desk.goto(f"{address}/form")

    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    desk.keyboard.press("Enter")

    assert desk.evaluate("document.activeElement.id") == "content"


def test_a_form_works_without_scripts_and_leads_to_what_has_to_be_mended(
    browser: Browser, address: str, complaints: Complaints
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-CA")
    page = context.new_page()
    page.goto(f"{address}/form")

    page.get_by_label("E-mail", exact=False).first.fill("mei.chen")
    page.get_by_role("button", name="Sign", exact=True).click()

    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link", name="Your name: Please fill this in.")).to_have_attribute("href", "#field-name")
    expect(page.locator("#field-email")).to_have_value("mei.chen")
    expect(page.locator("#field-email")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#field-email")).to_have_accessible_description(
        "Write an e-mail address such as name@example.org. We never show it."
    )

    page.locator("#field-name").fill("Mei Chen")
    page.locator("#field-email").fill("mei.chen@example.org")
    page.get_by_role("button", name="Sign", exact=True).click()

    expect(page.get_by_role("status")).to_have_text("Thank you")
    context.close()


def test_nothing_moves_while_a_page_loads(desk: Page, address: str) -> None:
    desk.add_init_script(
        """window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => shift += one.value))
        .observe({type: "layout-shift", buffered: true})"""
    )
    review(desk, address)
    desk.get_by_label("E-mail", exact=True).first.check()
    expect(confirm(desk)).to_be_enabled()

    desk.goto(f"{address}/form", wait_until="load")

    assert desk.evaluate("window.shift") < 0.02


def test_a_page_mirrors_where_a_language_is_written_from_the_right(desk: Page, address: str) -> None:
    desk.goto(f"{address}/form")
    left = desk.locator(".brand").bounding_box()

    desk.evaluate("document.documentElement.dir = 'rtl'")
    right = desk.locator(".brand").bounding_box()

    assert left is not None
    assert right is not None
    assert left["x"] < 200
    assert right["x"] > 1000
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1280


def test_nobody_is_told_unless_a_channel_is_ticked(desk: Page, address: str) -> None:
    review(desk, address)

    expect(desk.locator("[data-count]")).to_have_text("This will tell nobody.")
    expect(confirm(desk)).to_have_text(re.compile("Open the petition.*Confirm: tell nobody", re.DOTALL))
    confirm(desk).click()

    expect(desk.get_by_role("status")).to_have_text("nobody")


def test_the_numbers_are_shown_and_repeated_on_the_button_before_it_can_be_pressed(desk: Page, address: str) -> None:
    review(desk, address)

    desk.get_by_label("Text message", exact=True).first.check()
    desk.get_by_label("E-mail", exact=True).first.check()
    expect(desk.locator("[data-count]")).to_have_text("This will text 212 people and e-mail 340 people.")
    expect(confirm(desk)).to_contain_text("Confirm: text 212 people and e-mail 340 people")
    confirm(desk).click()

    expect(desk.get_by_role("status")).to_have_text("text, email")


def test_the_words_of_a_channel_are_shown_once_it_is_ticked(desk: Page, address: str) -> None:
    review(desk, address)
    words = desk.locator("[name=wording_en_text]")

    expect(words).to_be_hidden()
    desk.get_by_label("Text message", exact=True).first.check()

    expect(words).to_be_visible()
    expect(desk.locator("[name=wording_en_subject]")).to_be_hidden()


def test_a_change_of_the_audience_takes_the_button_away_until_it_is_counted_anew(desk: Page, address: str) -> None:
    review(desk, address)
    desk.get_by_label("Text message", exact=True).first.check()
    expect(confirm(desk)).to_be_enabled()
    held: list[Route] = []
    desk.route(COUNT, lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in method

    desk.get_by_label("Only people of this campaign").fill("another")
    expect(confirm(desk)).to_be_disabled()
    expect(desk.locator("[data-count]")).to_have_text("Counting…")
    assert desk.locator("[name=counted]").input_value() == ""
    _wait_for(desk, lambda: len(held) == 1)
    held[0].continue_()

    expect(confirm(desk)).to_be_enabled()


def test_an_answer_that_was_overtaken_is_never_shown(desk: Page, serve: Serve) -> None:
    old, new = threading.Event(), threading.Event()

    def count(audience: Audience) -> tuple[int, int, int]:
        if audience.campaign == "old":
            old.set()
            new.wait(60)
            return 1, 1, 1
        return 55_000, 1, 1

    address = serve(sample_app(count=count))
    review(desk, address)
    desk.get_by_label("Text message", exact=True).first.check()
    expect(confirm(desk)).to_be_enabled()

    desk.get_by_label("Only people of this campaign").fill("old")
    _wait_for(desk, old.is_set)
    desk.get_by_label("Only people of this campaign").fill("")
    expect(desk.locator("[data-count]")).to_have_text("This will text 55,000 people.")
    new.set()
    desk.wait_for_load_state("networkidle")

    expect(desk.locator("[data-count]")).to_have_text("This will text 55,000 people.")
    expect(confirm(desk)).to_be_enabled()


def test_typing_fast_counts_once(desk: Page, address: str) -> None:
    review(desk, address)
    desk.get_by_label("Text message", exact=True).first.check()
    expect(confirm(desk)).to_be_enabled()
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))

    desk.clock.install()
    desk.get_by_label("Only people of this campaign").press_sequentially("abcdef")
    desk.clock.run_for(1000)
    expect(confirm(desk)).to_be_enabled()

    assert len(asked) == 1


def test_a_count_that_fails_says_what_to_do_and_can_be_tried_again(
    desk: Page, address: str, complaints: Complaints
) -> None:
    complaints.expected += ["ERR_CONNECTION_REFUSED", "ERR_FAILED"]
    review(desk, address)
    desk.route(COUNT, lambda route: route.abort("connectionrefused"))

    desk.get_by_label("Text message", exact=True).first.check()
    expect(desk.locator("[data-count]")).to_contain_text("nothing was sent. Check your connection, then count again.")
    expect(confirm(desk)).to_be_disabled()
    desk.unroute(COUNT)
    desk.get_by_role("button", name="Count again").click()

    expect(confirm(desk)).to_be_enabled()
    expect(desk.get_by_role("button", name="Count again")).to_be_hidden()


def test_an_audience_that_cannot_be_is_told_in_the_servers_words(
    desk: Page, address: str, complaints: Complaints
) -> None:
    complaints.expected.append("422")
    review(desk, address)
    desk.get_by_label("Text message", exact=True).first.check()
    expect(confirm(desk)).to_be_enabled()

    desk.get_by_label("Only people of this campaign").fill("No Such Name!")

    expect(desk.locator("[data-count]")).to_contain_text("There is no such campaign")
    expect(confirm(desk)).to_be_disabled()


def test_a_session_that_ended_meanwhile_is_said_so(desk: Page, serve: Serve, complaints: Complaints) -> None:
    complaints.expected.append("401")
    clock = StandingClock()
    address = serve(sample_app(clock))
    review(desk, address)
    clock.move(hours=12)

    desk.get_by_label("Text message", exact=True).first.check()

    expect(desk.locator("[data-count]")).to_contain_text("organizers who are signed in")
    expect(confirm(desk)).to_be_disabled()


def test_a_count_that_takes_too_long_is_given_up(desk: Page, serve: Serve) -> None:
    release = threading.Event()

    def count(_: Audience) -> tuple[int, int, int]:
        release.wait(60)
        return 1, 1, 1

    review(desk, serve(sample_app(count=count)))
    desk.clock.install()
    with desk.expect_request(COUNT):
        desk.get_by_label("Text message", exact=True).first.check()
        desk.clock.run_for(1000)
    desk.clock.run_for(20_000)

    expect(desk.get_by_role("button", name="Count again")).to_be_visible()
    expect(confirm(desk)).to_be_disabled()
    release.set()


def test_numbers_that_stand_too_long_are_counted_anew(desk: Page, address: str) -> None:
    sign_in(desk, address)
    desk.clock.install()
    desk.goto(f"{address}/console/review")
    desk.get_by_label("Text message", exact=True).first.check()
    desk.clock.run_for(1000)
    expect(confirm(desk)).to_be_enabled()

    with desk.expect_request(COUNT):
        desk.clock.run_for(10 * 60_000 + 1000)

    expect(confirm(desk)).to_be_enabled()


def test_going_back_to_the_page_counts_anew(desk: Page, address: str) -> None:
    review(desk, address)
    desk.get_by_label("Text message", exact=True).first.check()
    expect(confirm(desk)).to_be_enabled()
    confirm(desk).click()
    desk.wait_for_url("**/console/announce")

    with desk.expect_response(COUNT):
        desk.go_back()

    expect(confirm(desk)).to_be_enabled()


def test_whoever_is_refused_finds_their_words_again_on_going_back(
    desk: Page, address: str, complaints: Complaints
) -> None:
    complaints.expected.append("422")
    review(desk, address)
    desk.get_by_label("Text message", exact=True).first.check()
    desk.locator("[name=wording_en_text]").fill("Dear {nmae}, long thought about")
    expect(confirm(desk)).to_be_enabled()
    confirm(desk).click()
    expect(desk.get_by_text("{nmae} means nothing here.")).to_be_visible()

    desk.go_back()

    expect(desk.locator("[name=wording_en_text]")).to_have_value("Dear {nmae}, long thought about")
    expect(confirm(desk)).to_be_enabled()


def test_without_scripts_an_organizer_is_told_why_nothing_can_be_confirmed(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-CA")
    page = context.new_page()
    sign_in(page, address)

    page.goto(f"{address}/console/review")

    expect(page.get_by_text("this step needs a script that has not run")).to_be_visible()
    expect(confirm(page)).to_be_disabled()
    context.close()


def test_the_count_is_in_the_organizers_language(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="fr-CA")
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/console/review")

    page.get_by_label("Texto", exact=True).first.check()

    expect(page.locator("[data-count]")).to_have_text("Ceci va envoyer un texto à 212 personnes.")
    context.close()


def _wait_for(page: Page, condition: Callable[[], bool]) -> None:
    """Let the browser go on until something on our side has happened."""
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never happened")


# Every text whose contrast with what is behind it is below 4.5 (WCAG 2.2, 1.4.3, level AA), or 3 for large ones.
POOR_CONTRASTS = """() => {
  const read = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = read(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const shown = (one) => one.checkVisibility() && one.getBoundingClientRect().height > 1;
  return [...document.body.querySelectorAll("*")].filter((one) => says(one) && shown(one) && !one.disabled)
    .filter((one) => !["OPTION", "SCRIPT", "NOSCRIPT"].includes(one.tagName)).map((one) => {
      const style = getComputedStyle(one);
      const [a, b] = [light(read(style.color)), light(ground(one))].sort((x, y) => y - x);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      return [(a + 0.05) / (b + 0.05), large ? 3 : 4.5, one.textContent.trim().slice(0, 40)];
    }).filter(([contrast, least]) => contrast < least);
}"""
