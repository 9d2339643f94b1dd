"""A real Chromium, as a phone and as a desk, and services served where it can visit them.

A page fails its test where the browser complains: about a script, about the security policy, about anything that was
not found. A test that provokes a complaint adds it to `complaints.expected`.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from shared.service import Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.fixtures.services import Fresh

# As Debian, its derivatives and others call it.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# A container has no namespaces to give, and there is nobody to report to.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
Serve = Callable[[Flask], str]
Site = Callable[..., str]


@dataclass
class Complaints:
    """What the browser complained about, but for what a test expects."""

    expected: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.heard.append(str(error.error)))

    def unexpected(self) -> list[str]:
        return [text for text in self.heard if not any(part in text for part in self.expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.heard.append(message.text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: its event loop must be gone before other tests want one of their own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


def _chromium() -> str:
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    return pytest.fail("the browser tests need Chromium, which `make test` installs as root", pytrace=False)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What a page complains about must be expected."""
    made = Complaints()
    yield made
    assert made.unexpected() == []


@pytest.fixture
def phone(browser: Browser, complaints: Complaints) -> Iterator[Page]:
    """A page on a phone in English."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-CA")
    complaints.listen(context)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser, complaints: Complaints) -> Iterator[Page]:
    """A page on a desk in English."""
    context = browser.new_context(viewport=DESK, locale="en-CA")
    complaints.listen(context)
    yield context.new_page()
    context.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(app)`: the address where an app is served until the test ends."""
    stops: list[Callable[[], None]] = []

    def make(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        serving.start()
        stops.extend([server.server_close, serving.join, server.shutdown])
        return f"http://127.0.0.1:{server.port}"

    yield make
    for stop in reversed(stops):
        stop()


@pytest.fixture
def site(core_settings: CoreSettings, migrated: Callable[[str], Service], fresh: Fresh, serve: Serve) -> Site:
    """`site("organizers", "signatures")`: the address of these services on emptied databases."""

    def make(*names: str) -> str:
        parts = [(migrated(name), *fresh(name)) for name in names]
        return serve(create_app(parts, core_settings))

    return make
