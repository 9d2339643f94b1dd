"""The whole loop in a real browser, on a whole stack: an organizer at a desk, a supporter with a phone, two languages.

sign → thanks → rally → YES → call-in day → CALL → talking to the MP's office → STOP
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from deploy.rehearsal.campaign import CALL_IN_DAY, FIX_PGWP, GATHERINGS
from deploy.rehearsal.forms import Named, call_campaign_form, gathering_form, petition_form
from deploy.rehearsal.place import Place
from deploy.sandbox.numbers import readable
from deploy.sandbox.represent.directory import RIDINGS
from deploy.sandbox.represent.postal_codes import SAMPLE_POSTAL_CODES
from tests.browser.conftest import PHONE
from tests.fixtures.stack import RunningStack

# Every step goes through several processes, on a machine that may be busy.
WITHIN_MILLISECONDS = 120_000
pytestmark = pytest.mark.timeout(900)
CALLER = "Students United"


@dataclass(frozen=True)
class Tongue:
    """What a supporter reads, writes and hears in one language, and where they live."""

    language: str
    phone: str
    postal_code: str
    # The petition's page
    name: str
    telephone: str
    code: str
    may_text: str
    sign: str
    thanked: str
    # Texts
    thanks: str
    invitation: str
    yes: str
    coming: str
    call_to_action: str
    call: str
    stop: str
    stopped: str
    # What is said
    greeting: str
    offer: str
    connecting: str
    question: str
    goodbye: str

    @property
    def member(self) -> str:
        """Their MP."""
        member = RIDINGS[SAMPLE_POSTAL_CODES[self.postal_code].ridings[0]].member
        assert member is not None
        return member.name


ENGLISH = Tongue(
    language="en",
    phone="+14165550187",
    postal_code="M5S9Z9",
    name="Your name",
    telephone="Telephone number",
    code="Postal code",
    may_text="Text me about this campaign",
    sign="Sign and send my letter",
    thanked="Thank you for signing",
    thanks="Thank you, Amrit. Your letter is on its way.",
    invitation="Reply YES or NO.",
    yes="YES",
    coming="we count on you",
    call_to_action="Reply CALL and we connect you",
    call="CALL",
    stop="STOP",
    stopped="You are unsubscribed",
    greeting=f"Hello. This is {CALLER}.",
    offer="We can connect you now with the office of {member}. To be connected, press 1.",
    connecting="We are connecting you with the office of {member}.",
    question="What happened? If you talked to someone, press 1.",
    goodbye="Thank you for calling. Every call counts.",
)
FRENCH = Tongue(
    language="fr",
    phone="+15145550187",
    postal_code="H2T9Z9",
    name="Votre nom",
    telephone="Numéro de téléphone",
    code="Code postal",
    may_text="Envoyez-moi des textos",
    sign="Signer et envoyer ma lettre",
    thanked="Merci d’avoir signé",
    thanks="Merci, Amrit. Votre lettre est en route.",
    invitation="Répondez OUI ou NON.",
    yes="oui",
    coming="on compte sur vous",
    call_to_action="Répondez APPEL et nous vous mettons en communication",
    call="appel",
    stop="ARRET",
    stopped="Vous êtes désabonné",
    greeting=f"Bonjour. Ici {CALLER}.",
    offer="Nous pouvons vous mettre en communication avec le bureau de {member}. Pour accepter, appuyez sur le 1.",
    connecting="Nous vous mettons en communication avec le bureau de {member}.",
    question="Que s'est-il passé? Si vous avez parlé à quelqu'un, appuyez sur le 1.",
    goodbye="Merci de votre appel. Chaque appel compte.",
)


@dataclass(frozen=True)
class Organizer:
    """At a desk, signed in to the console; keeps everything in one campaign."""

    page: Page
    console: str
    mark: str

    def signs_in(self, email: str, password: str) -> None:
        """By the page."""
        self.page.goto(f"{self.console}/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Hello, Rehearsal")).to_be_visible()

    def named(self, name: str) -> Named:
        """Names that no other test has."""
        return Named(f"{name}-{self.mark}", f"status-for-all-{self.mark}")

    def drafts(self, kind: str, new: str, fields: dict[str, str], keep: str) -> None:
        """Fill in a form and keep the draft, which leads to its review."""
        self.page.goto(f"{self.console}/{kind}")
        self.page.get_by_role("link", name=new).click()
        for name, value in fields.items():
            self._write(name, value)
        self.page.get_by_role("button", name=keep).click()

    def announces(self, sentence: str) -> None:
        """Have a text go out, and see to how many."""
        self.page.get_by_label("Text message", exact=True).first.check()
        self.sees_counted(sentence)

    def sees_counted(self, sentence: str) -> None:
        """What the confirmation says it will do."""
        expect(self.page.locator("[data-count]")).to_have_text(sentence)

    def confirms(self, button: str) -> None:
        """The last step of a review."""
        self.page.get_by_role("button", name=button).click()

    def looks_at(self, page: str) -> None:
        """Open a page of the console."""
        self.page.goto(f"{self.console}/{page}")

    def _write(self, name: str, value: str) -> None:
        field = self.page.locator(f"#field-{name}")
        if field.get_attribute("type") == "checkbox":
            field.check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


@dataclass(frozen=True)
class Supporter:
    """With a phone in their hand: a browser on it, and the sandbox's page for its texts and calls."""

    page: Page
    public_url: str
    tongue: Tongue

    def signs(self, petition: str) -> None:
        """The petition, in their language, agreeing to texts."""
        tongue = self.tongue
        self.page.goto(f"{self.public_url}/petitions/{petition}?lang={tongue.language}")
        self.page.get_by_label(tongue.name).fill("Amrit Quaba")
        self.page.get_by_label(tongue.telephone).fill(readable(tongue.phone))
        self.page.get_by_label(tongue.code).fill(tongue.postal_code)
        self.page.get_by_label(tongue.may_text).check()
        self.page.get_by_role("button", name=tongue.sign).click()
        expect(self.page.get_by_role("heading", name=tongue.thanked)).to_be_visible()

    def picks_up_the_phone(self) -> None:
        """Open its texts on the sandbox's page."""
        self.page.goto(f"{self.public_url}/sandbox/phones")
        self.page.get_by_label("Pick up a phone").fill(readable(self.tongue.phone))
        self.page.get_by_role("button", name="Open").click()

    def reads(self, words: str) -> None:
        """A text that comes."""
        expect(self.page.get_by_label("Texts", exact=True)).to_contain_text(words)

    def writes(self, words: str) -> None:
        """Answer."""
        self.page.get_by_label("Text to (416) 555-0100").fill(words)
        self.page.get_by_role("button", name="Send").click()

    def sees(self, status: str) -> None:
        """How the call stands."""
        expect(self._call.get_by_role("status")).to_contain_text(status)

    def answers(self) -> None:
        """Take the call."""
        self._call.get_by_role("button", name="Answer").click()

    def hears(self, words: str) -> None:
        """What is said in the call."""
        expect(self._call).to_contain_text(words.format(member=self.tongue.member))

    def presses(self, key: str) -> None:
        """A key of the telephone."""
        self._call.get_by_role("button", name=key, exact=True).click()

    def plays_the_office(self, action: str) -> None:
        """Press a button of the other telephone."""
        office = self.page.get_by_role("region", name="The other telephone")
        expect(office.get_by_role("heading")).to_contain_text(self.tongue.member)
        office.get_by_role("button", name=action).click()

    def reads_what_was_said(self, words: str) -> None:
        """Below the call, when it is over."""
        self.page.get_by_text("What was said").click()
        self.reads(words)

    @property
    def _call(self) -> Locator:
        return self.page.get_by_role("region", name="Call", exact=True)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Wait longer for what a whole stack does, and afterwards as long as the other browser tests."""
    expect.set_options(timeout=WITHIN_MILLISECONDS)
    yield
    expect.set_options(timeout=60_000)


@pytest.fixture
def organizer(stack: RunningStack, desk: Page) -> Iterator[Organizer]:
    """Somebody with an account of their own, signed in."""
    place = Place(stack.settings, stack.folder)
    email, password = place.add_organizer()
    somebody = Organizer(desk, f"{stack.public_url}/console", secrets.token_hex(3))
    somebody.signs_in(email, password)
    yield somebody
    place.remove_organizer(email)


@pytest.fixture(params=[ENGLISH, FRENCH], ids=["english", "french"])
def supporter(request: pytest.FixtureRequest, stack: RunningStack, phone: Page) -> Supporter:
    """Somebody whose MP's office is played by hand."""
    tongue: Tongue = request.param
    _by_hand(stack, tongue)
    return Supporter(phone, stack.public_url, tongue)


def _by_hand(stack: RunningStack, tongue: Tongue) -> None:
    """Take away what telephones do by themselves, should an earlier rehearsal have said so."""
    member = RIDINGS[SAMPLE_POSTAL_CODES[tongue.postal_code].ridings[0]].member
    offices = [office.number for office in member.offices if office.number] if member else []
    by_hand = {number: {"call": None} for number in [tongue.phone, *offices]}
    address = f"{stack.sandbox_url}/sandbox/api/scripts"
    requests.put(address, json={"phones": by_hand}, timeout=60).raise_for_status()


def test_from_a_signature_to_the_mps_office_and_to_silence(organizer: Organizer, supporter: Supporter) -> None:
    tongue = supporter.tongue
    petition, rally = organizer.named("fix-pgwp"), organizer.named("rally")

    # A petition is opened, of which nobody can be told yet; the supporter signs it and is thanked.
    organizer.drafts("petitions", "New petition", petition_form(FIX_PGWP, petition), "Save, and see how it will look")
    expect(organizer.page.get_by_text("Dear Jordan Lavoie,")).to_be_visible()
    organizer.announces("This will text 0 people.")
    organizer.confirms("Open the petition")
    expect(organizer.page.get_by_text("Signing is open")).to_be_visible()
    supporter.signs(petition.slug)
    supporter.picks_up_the_phone()
    supporter.reads(tongue.thanks)

    # A rally is scheduled, of which one person will be told; they say that they are coming.
    today = datetime.now(UTC).date()
    organizer.drafts("events", "New event", gathering_form(GATHERINGS[0], rally, today), "Keep the draft and review it")
    organizer.announces("This will text 1 person.")
    organizer.confirms("Schedule the event")
    supporter.reads(tongue.invitation)
    supporter.writes(tongue.yes)
    supporter.reads(tongue.coming)
    organizer.looks_at(f"events/{rally.slug}")
    expect(organizer.page.get_by_role("main")).to_contain_text("1 by text")

    # A call-in day is launched; they ask to be connected, and their telephone rings.
    day = organizer.named("call-in-day")
    form = call_campaign_form(CALL_IN_DAY, day, datetime.now(UTC), CALLER)
    organizer.drafts("call-campaigns", "New call campaign", form, "Keep the draft and review it")
    organizer.announces("This will text 1 person.")
    organizer.confirms("Launch the call campaign")
    expect(organizer.page.get_by_text("No office has been called yet.")).to_be_visible()
    supporter.reads(tongue.call_to_action)
    supporter.writes(tongue.call)
    supporter.sees("is calling")

    # They answer, press 1, hear and see whom they are connected with, and talk; then they say what happened.
    supporter.answers()
    supporter.hears(tongue.greeting)
    supporter.hears(tongue.offer)
    supporter.presses("1")
    supporter.hears(tongue.connecting)
    supporter.plays_the_office("Answer")
    supporter.sees("on the line")
    supporter.plays_the_office("Hang up")
    supporter.hears(tongue.question)
    supporter.presses("1")
    supporter.reads_what_was_said(tongue.goodbye)

    # The board, which the organizer has left open, shows it by itself.
    row = organizer.page.get_by_role("row", name=tongue.member)
    expect(row).to_contain_text("answered 1")
    expect(row).to_contain_text("talked to someone 1")

    # STOP is confirmed, and from then on there is nobody to be told.
    supporter.writes(tongue.stop)
    supporter.reads(tongue.stopped)
    another = organizer.named("another-rally")
    form = gathering_form(GATHERINGS[1], another, today)
    organizer.drafts("events", "New event", form, "Keep the draft and review it")
    organizer.announces("This will text 0 people.")
    width = supporter.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
