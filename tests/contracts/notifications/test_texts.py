"""What a carrier of texts must do, shown of the fake one and of Twilio's SDK against the sandbox."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from services.notifications.providers.fakes import FakeTexts
from services.notifications.providers.ports import OutcomeUnknown, ProviderFails, Refused, Text, Texts, TryLater
from services.notifications.providers.twilio_texts import TwilioTexts
from shared.identifiers import new_id
from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until

NUMBER, OTHER, STOPPED, LANDLINE = "+14165550142", "+14165550143", "+14165550199", "+14165550190"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Carrier(Protocol):
    """A carrier that can be made to fail."""

    @property
    def texts(self) -> Texts:
        """The carrier."""

    def is_busy(self) -> None:
        """Have it take no more requests for the next one."""

    def breaks(self) -> None:
        """Have it fail on its own side at the next one."""

    def loses_its_answer(self) -> None:
        """Have it take the next text and never answer."""


class Fake:
    """The carrier that ships with the code."""

    def __init__(self) -> None:
        self.texts = FakeTexts()
        self.texts.refusing = {
            STOPPED: Refused("21610", suppresses=True),
            LANDLINE: Refused("21614", suppresses=True),
            "+4930123456": Refused("21408"),
        }

    def is_busy(self) -> None:
        self.texts.failing.append(TryLater("20429: too many requests at once"))

    def breaks(self) -> None:
        self.texts.failing.append(OutcomeUnknown("HTTP 500, error 20500"))
        self.texts.accepts_what_times_out = False

    def loses_its_answer(self) -> None:
        self.texts.failing.append(OutcomeUnknown("no answer: ProtocolError"))


class Real:
    """Twilio's SDK, and the sandbox behind it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.texts = texts_of(sandbox)

    def is_busy(self) -> None:
        self._strike("429")

    def breaks(self) -> None:
        self._strike("500")

    def loses_its_answer(self) -> None:
        self._strike("accepted_but_timed_out")

    def _strike(self, kind: str) -> None:
        self._sandbox.faults({"endpoint": "messages", "kind": kind, "count": 1})


def texts_of(sandbox: Sandbox, public_url: str = "http://127.0.0.1:8000", **given: str) -> TwilioTexts:
    """Twilio's SDK, pointed at a sandbox."""
    account = sandbox.settings
    return TwilioTexts(
        account["GROUNDSWELL_TWILIO_ACCOUNT_SID"],
        given.get("token", account["GROUNDSWELL_TWILIO_AUTH_TOKEN"]),
        given.get("url", sandbox.url),
        public_url,
        text_from=account["GROUNDSWELL_TWILIO_TEXT_FROM"],
        connections=2,
        timeout_seconds=30,
    )


@pytest.fixture(params=["fake", "real"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    """Either carrier."""
    return Fake() if request.param == "fake" else Real(request.getfixturevalue("sandbox"))


def text(to: str = NUMBER, body: str = "Hello") -> Text:
    """A text to somebody."""
    return Text(delivery_id=str(new_id()), to=to, body=body)


def test_a_text_is_taken_and_found_again_by_its_id_and_by_its_number(carrier: Carrier) -> None:
    provider_id = carrier.texts.send(text(body="Hello é ✊"))

    found = carrier.texts.find(provider_id)
    (listed,) = carrier.texts.sent_to(NUMBER, since=LONG_AGO)

    assert found is not None
    assert (found.provider_id, found.body) == (provider_id, "Hello é ✊")
    assert (listed.provider_id, listed.body) == (provider_id, "Hello é ✊")


def test_every_text_has_an_id_of_its_own(carrier: Carrier) -> None:
    ids = [carrier.texts.send(text()) for _ in range(3)]

    assert len(set(ids)) == 3


def test_only_what_went_to_a_number_since_a_moment_is_listed_newest_first(carrier: Carrier) -> None:
    first = carrier.texts.send(text(body="one"))
    carrier.texts.send(text(OTHER))
    second = carrier.texts.send(text(body="two"))

    listed = [record.provider_id for record in carrier.texts.sent_to(NUMBER, since=LONG_AGO)]
    later = carrier.texts.sent_to(NUMBER, since=datetime.now(UTC) + timedelta(days=1))

    # Twilio tells the time in whole seconds, so those of the same second may come in any order.
    assert sorted(listed) == sorted([first, second])
    assert list(later) == []


def test_a_text_that_was_never_sent_is_not_found(carrier: Carrier) -> None:
    assert carrier.texts.find("SM" + "0" * 32) is None
    assert list(carrier.texts.sent_to(NUMBER, since=LONG_AGO)) == []


@pytest.mark.parametrize(
    ("number", "code", "suppresses"),
    [(STOPPED, "21610", True), (LANDLINE, "21614", True), ("+4930123456", "21408", False)],
)
def test_a_number_that_cannot_be_texted_is_refused_with_its_code(
    carrier: Carrier, number: str, code: str, suppresses: bool
) -> None:
    with pytest.raises(Refused) as refused:
        carrier.texts.send(text(number))

    assert (refused.value.code, refused.value.suppresses) == (code, suppresses)
    assert number not in str(refused.value)


def test_a_busy_carrier_has_surely_not_sent_it(carrier: Carrier) -> None:
    carrier.is_busy()

    with pytest.raises(TryLater):
        carrier.texts.send(text())

    assert list(carrier.texts.sent_to(NUMBER, since=LONG_AGO)) == []


def test_a_carrier_that_breaks_leaves_it_open_whether_it_was_sent(carrier: Carrier) -> None:
    carrier.breaks()

    with pytest.raises(OutcomeUnknown):
        carrier.texts.send(text())


def test_a_text_whose_answer_was_lost_is_in_the_list(carrier: Carrier) -> None:
    carrier.loses_its_answer()

    with pytest.raises(OutcomeUnknown):
        carrier.texts.send(text(body="lost"))

    assert [record.body for record in carrier.texts.sent_to(NUMBER, since=LONG_AGO)] == ["lost"]


# --- of Twilio alone


def test_receipts_come_to_the_address_of_the_delivery(sandbox: Sandbox, application: Application) -> None:
    sent = text()

    provider_id = texts_of(sandbox, application.url).send(sent)

    path = f"/webhooks/twilio/messages/{sent.delivery_id}/status"
    wait_until(lambda: [one for one in application.at(path) if one.form["MessageStatus"] == "delivered"])
    assert {one.form["MessageSid"] for one in application.at(path)} == {provider_id}


def test_what_twilio_answers_itself_is_not_taken_for_ours(sandbox: Sandbox) -> None:
    texts = texts_of(sandbox)
    ours = texts.send(text())

    sandbox.write(NUMBER, "STOP")

    wait_until(lambda: len(sandbox.texts(NUMBER)) >= 2)
    assert [record.provider_id for record in texts.sent_to(NUMBER, since=LONG_AGO)] == [ours]


@pytest.mark.parametrize(
    ("given", "fails"), [({"token": "0" * 32}, TryLater), ({"url": "http://127.0.0.1:1"}, TryLater)]
)
def test_wrong_credentials_and_a_server_that_is_not_there_pass(
    sandbox: Sandbox, given: dict[str, str], fails: type[ProviderFails]
) -> None:
    with pytest.raises(fails):
        texts_of(sandbox, **given).send(text())


def test_a_validity_is_kept_to(sandbox: Sandbox) -> None:
    sandbox.pace(speed=1)
    sandbox.faults({"endpoint": "delivery", "kind": "held", "count": 1, "seconds": 2})
    texts = texts_of(sandbox)

    provider_id = texts.send(Text(delivery_id=str(new_id()), to=NUMBER, body="late", valid_seconds=1))

    wait_until(lambda: sandbox.texts(NUMBER)[0]["status"] == "failed")
    record = texts.find(provider_id)
    assert record is not None
    assert (record.status, record.error_code) == ("failed", "30036")
