"""The whole way with the vendors' SDKs: sign, be thanked, have letters sent, while providers misbehave."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from services.notifications.domain.delivery import Patience
from services.notifications.providers.sendgrid_mail import SendGridMail
from services.notifications.providers.twilio_texts import TwilioTexts
from services.notifications.service import assemble_with
from services.notifications.settings import NotificationsSettings
from services.notifications.use_cases.look_after import LookAfter
from services.notifications.use_cases.render import Sender
from services.notifications.use_cases.send_emails import SendEmails
from services.notifications.use_cases.send_texts import SendTexts
from shared.reaching.pace import pace_of
from shared.reaching.quiet_hours import NEVER_QUIET
from shared.service import Backbone, Service
from shared.settings import CoreSettings, load
from shared.web.app import create_app
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.services import Fresh
from tests.fixtures.waiting import wait_until
from tests.integration.notifications.house import House, person

PATIENCE = Patience(
    lease=timedelta(seconds=20),
    start_within=timedelta(seconds=5),
    ask_after=timedelta(seconds=2),
    silence=timedelta(seconds=5),
    receipt_late=timedelta(seconds=3),
)
CROWD = 25
# Who answers a text: Twilio by itself, or we.
TWILIO, US = "keyword-confirmation", "outbound-api"


@dataclass
class Stage:
    """The service on a port of its own, between a database and a sandbox."""

    house: House
    sandbox: Sandbox
    loops: list[Callable[[], bool]]

    def run_until(self, done: Callable[[], bool]) -> None:
        """Run every loop in a thread of its own until something is so."""
        stop, failed = threading.Event(), list[BaseException]()

        def run(turn: Callable[[], bool]) -> None:
            try:
                while not stop.is_set():
                    if not turn():
                        stop.wait(0.05)
            except BaseException as error:  # noqa: BLE001 - told to the test
                failed.append(error)

        threads = [threading.Thread(target=run, args=(turn,)) for turn in self.loops]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: failed or done())
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert failed == []

    def is_settled(self) -> bool:
        """Whether nothing is open."""
        return all(row.settled_at is not None for row in self.house.ledger())


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, *_: object) -> None:
        """Stay silent."""


class App:
    """A WSGI app that is known only after its port."""

    def __init__(self) -> None:
        self.app: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


@pytest.fixture
def stage(
    core_settings: CoreSettings,
    migrated: Callable[[str], Service],
    fresh: Fresh,
    start_sandbox: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    """Everything in its place; deliveries take a hundredth of their time."""
    app = App()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    public_url = f"http://127.0.0.1:{server.port}"
    sandbox = start_sandbox(
        messaging_webhook=f"{public_url}/webhooks/twilio/messages",
        event_webhook=f"{public_url}/webhooks/sendgrid/events",
    )
    sandbox.pace(speed=100)
    for name, value in {**sandbox.settings, "GROUNDSWELL_TEXT_RECEIPT_SECONDS": "3"}.items():
        monkeypatch.setitem(os.environ, name, value)
    backbone, _ = fresh("notifications")
    backbone = replace(backbone, settings=replace(core_settings, public_url=public_url))
    settings = load(NotificationsSettings)
    texts, mail = _providers(settings, public_url)
    assembly = assemble_with(backbone, settings, texts, mail)
    flask = create_app([(migrated("notifications"), backbone, assembly)], backbone.settings)
    app.app = flask
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    house = House(backbone, assembly, settings, flask.test_client())
    sender = Sender(backbone.settings, settings.organization_name, settings.organization_address)
    yield Stage(house, sandbox, _loops(backbone, texts, mail, sender))
    server.shutdown()
    thread.join()
    server.server_close()


def _loops(backbone: Backbone, texts: TwilioTexts, mail: SendGridMail, sender: Sender) -> list[Callable[[], bool]]:
    """Two loops of each kind that sends, as a worker has."""
    database, vault, prints, clock, fast = (
        backbone.database,
        backbone.vault,
        backbone.fingerprints,
        backbone.clock,
        pace_of(1000),
    )
    how: dict[str, Any] = {"connections": 4, "patience": PATIENCE}
    send_texts = partial(SendTexts, database, texts, vault, prints, clock, sender, NEVER_QUIET, fast, **how)
    send_emails = partial(SendEmails, database, mail, vault, prints, clock, sender, fast, **how)
    look_after = LookAfter(database, texts, vault, prints, clock, patience=PATIENCE)
    return [send_texts(), send_texts(), send_emails(), send_emails(), look_after]


def _providers(settings: NotificationsSettings, public_url: str) -> tuple[TwilioTexts, SendGridMail]:
    texts = TwilioTexts(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_url,
        public_url,
        text_from=settings.twilio_text_from,
        connections=8,
        timeout_seconds=10,
    )
    mail = SendGridMail(
        settings.sendgrid_api_key,
        settings.sendgrid_url,
        email_from=settings.email_from,
        connections=8,
        timeout_seconds=10,
    )
    return texts, mail


def sign(stage: Stage) -> None:
    """A crowd signs, each with a name, a telephone and an address of their own."""
    stage.house.open_petition()
    names = [f"Ada Quab{chr(97 + number)}" for number in range(CROWD)]
    crowd = [person(number, name=name) for number, name in enumerate(names, start=1)]
    stage.house.hear_together([stage.house.signature(who) for who in crowd])


ONCE = {f"+1416555{100 + number:04d}": 1 for number in range(1, CROWD + 1)} | {
    f"person{number}@example.org": 1 for number in range(1, CROWD + 1)
}
EXPECTED = ONCE | {"pm@example.ca": CROWD, "minister@example.ca": CROWD}


def difference(stage: Stage) -> dict[str, tuple[int, int]]:
    """Which telephones and inboxes got another number of messages than they should: expected and seen."""
    arrived = [text["to"] for text in stage.sandbox.texts()] + [email["to"] for email in stage.sandbox.emails()]
    seen = Counter(arrived)
    return {one: (EXPECTED.get(one, 0), seen[one]) for one in EXPECTED | seen if EXPECTED.get(one, 0) != seen[one]}


def test_a_crowd_is_thanked_and_its_letters_go_out_each_once(stage: Stage) -> None:
    sign(stage)

    stage.run_until(stage.is_settled)

    assert difference(stage) == {}
    assert {row.state for row in stage.house.ledger()} == {"delivered"}


def test_each_goes_out_once_though_the_providers_misbehave(stage: Stage) -> None:
    stage.sandbox.faults(
        {"endpoint": "messages", "kind": "429", "count": 4},
        {"endpoint": "messages", "kind": "500", "count": 4},
        {"endpoint": "messages", "kind": "accepted_but_timed_out", "count": 4},
        {"endpoint": "messages_read", "kind": "503", "count": 1},
        {"endpoint": "mail", "kind": "429", "count": 2},
        {"endpoint": "mail", "kind": "accepted_but_timed_out", "count": 4},
        {"endpoint": "callbacks", "kind": "duplicated", "probability": 0.3},
        {"endpoint": "callbacks", "kind": "reordered", "probability": 0.3, "seconds": 0.2},
        {"endpoint": "callbacks", "kind": "lost", "probability": 0.1, "count": 5},
        {"endpoint": "events", "kind": "duplicated", "probability": 0.3},
        {"endpoint": "events", "kind": "reordered", "probability": 0.3, "seconds": 0.2},
    )
    sign(stage)

    stage.run_until(stage.is_settled)

    assert difference(stage) == {}
    assert {row.state for row in stage.house.ledger()} == {"delivered"}


def test_e_mails_that_sendgrid_never_took_are_sent_after_a_silence(stage: Stage) -> None:
    stage.sandbox.faults({"endpoint": "mail", "kind": "500", "count": 3})
    sign(stage)

    stage.run_until(stage.is_settled)

    assert difference(stage) == {}


@pytest.mark.parametrize(
    ("word", "who", "language"), [("HELP", TWILIO, "en"), ("AIDE", TWILIO, "fr"), ("INFO", US, "en")]
)
def test_whoever_asks_for_help_is_answered_once_whoever_answers(
    stage: Stage, word: str, who: str, language: str
) -> None:
    phone = str(person(1).phone)

    stage.sandbox.write(phone, word)
    wait_until(lambda: stage.sandbox.counts()["webhooks"] == {"answered": 1})
    stage.run_until(lambda: stage.is_settled() and len(stage.sandbox.texts(phone)) == 2)

    _, answer = stage.sandbox.texts(phone)
    assert answer["direction"] == who
    assert ("Répondez ARRET" if language == "fr" else "Reply STOP") in answer["body"]
