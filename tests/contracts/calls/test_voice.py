"""What a carrier must do for `calls`, shown of the fake one and of Twilio's SDK against the sandbox."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from services.calls.providers.fakes import FakeVoice
from services.calls.providers.ports import OutcomeUnknown, PlacedCall, ProviderFails, Refused, TryLater, Voice
from services.calls.providers.twilio_voice import TwilioVoice
from tests.fixtures.sandbox import Sandbox

NUMBER, OTHER = "+14165550142", "+14165550143"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Carrier(Protocol):
    """A carrier that can be made to fail."""

    @property
    def voice(self) -> Voice:
        """The carrier."""

    def refuses(self) -> str:
        """A number that cannot be called, from now on."""

    def is_busy(self) -> None:
        """Have it take no more requests for the next one."""

    def breaks(self) -> None:
        """Have it fail on its own side at the next one."""

    def loses_its_answer(self) -> None:
        """Have it take the next call and never answer."""


class Fake:
    """The carrier that ships with the code."""

    def __init__(self) -> None:
        self.voice = FakeVoice()

    def refuses(self) -> str:
        self.voice.failing.append(Refused("HTTP 400, error 21214"))
        return NUMBER

    def is_busy(self) -> None:
        self.voice.failing.append(TryLater("20429: too many requests"))

    def breaks(self) -> None:
        self.voice.failing.append(OutcomeUnknown("HTTP 500, error 20500"))
        self.voice.accepts_what_times_out = False

    def loses_its_answer(self) -> None:
        self.voice.failing.append(OutcomeUnknown("no answer: ProtocolError"))


class Real:
    """Twilio's SDK, and the sandbox behind it."""

    def __init__(self, sandbox: Sandbox) -> None:
        account = sandbox.settings
        self._sandbox = sandbox
        self.voice = TwilioVoice(
            account["GROUNDSWELL_TWILIO_ACCOUNT_SID"],
            account["GROUNDSWELL_TWILIO_AUTH_TOKEN"],
            sandbox.url,
            account["GROUNDSWELL_TWILIO_CALL_FROM"],
        )

    def refuses(self) -> str:
        return "+14165550198"

    def is_busy(self) -> None:
        self._strike("429")

    def breaks(self) -> None:
        self._strike("500")

    def loses_its_answer(self) -> None:
        self._strike("accepted_but_timed_out")

    def _strike(self, kind: str) -> None:
        self._sandbox.faults({"endpoint": "calls", "kind": kind, "count": 1})


@pytest.fixture(params=["fake", "real"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    return Fake() if request.param == "fake" else Real(request.getfixturevalue("sandbox"))


def place(voice: Voice, number: str = NUMBER) -> PlacedCall:
    return voice.place(
        number, answered_url="https://act.example.org/answered", status_url="https://act.example.org/status"
    )


def test_a_call_that_was_placed_is_known_by_its_name_and_by_its_number(carrier: Carrier) -> None:
    placed = place(carrier.voice)

    by_name = carrier.voice.call(placed.carrier_id)
    by_number = carrier.voice.calls_to(NUMBER, since=LONG_AGO)

    assert placed.carrier_id.startswith("CA")
    assert by_name is not None
    assert by_name.carrier_id == placed.carrier_id
    assert by_name.status
    assert by_name.placed_at.tzinfo is not None
    assert [call.carrier_id for call in by_number] == [placed.carrier_id]


def test_each_placing_is_a_call_of_its_own_newest_first(carrier: Carrier) -> None:
    placed = {place(carrier.voice).carrier_id for _ in range(3)}

    found = carrier.voice.calls_to(NUMBER, since=LONG_AGO)

    assert {call.carrier_id for call in found} == placed
    assert [call.placed_at for call in found] == sorted((call.placed_at for call in found), reverse=True)


def test_calls_to_others_and_older_ones_are_left_out(carrier: Carrier) -> None:
    place(carrier.voice, OTHER)
    placed = place(carrier.voice)

    assert [call.carrier_id for call in carrier.voice.calls_to(NUMBER, since=LONG_AGO)] == [placed.carrier_id]
    assert carrier.voice.calls_to(NUMBER, since=placed.placed_at + timedelta(minutes=1)) == []


def test_a_call_that_was_never_placed_is_not_known(carrier: Carrier) -> None:
    assert carrier.voice.call("CA" + "0" * 32) is None
    assert carrier.voice.calls_to(NUMBER, since=LONG_AGO) == []


def test_a_number_that_cannot_be_called_is_refused_for_good(carrier: Carrier) -> None:
    number = carrier.refuses()

    with pytest.raises(Refused):
        place(carrier.voice, number)


FAILURES: list[tuple[str, Callable[[Carrier], None], type[ProviderFails], int]] = [
    ("busy", lambda carrier: carrier.is_busy(), TryLater, 0),
    ("broken", lambda carrier: carrier.breaks(), OutcomeUnknown, 0),
    ("lost", lambda carrier: carrier.loses_its_answer(), OutcomeUnknown, 1),
]


@pytest.mark.parametrize(("fails", "how", "placed"), [one[1:] for one in FAILURES], ids=[one[0] for one in FAILURES])
def test_a_failure_says_whether_the_call_may_have_been_placed(
    carrier: Carrier, fails: Callable[[Carrier], None], how: type[ProviderFails], placed: int
) -> None:
    fails(carrier)

    with pytest.raises(how) as failure:
        place(carrier.voice)

    assert len(carrier.voice.calls_to(NUMBER, since=LONG_AGO)) == placed
    assert NUMBER not in str(failure.value)


def test_a_carrier_that_cannot_be_reached_placed_nothing() -> None:
    nowhere = TwilioVoice("AC" + "1" * 32, "secret", "http://127.0.0.1:1", "+14165550101")

    with pytest.raises(TryLater):
        place(nowhere)


def test_wrong_credentials_are_our_own_trouble_and_not_the_numbers(sandbox: Sandbox) -> None:
    account = sandbox.settings["GROUNDSWELL_TWILIO_ACCOUNT_SID"]
    stranger = TwilioVoice(account, "another token", sandbox.url, "+14165550101")

    with pytest.raises(TryLater, match="20003"):
        place(stranger)


def test_twilio_is_asked_to_ring_from_our_own_number(sandbox: Sandbox) -> None:
    place(Real(sandbox).voice)

    (call,) = sandbox.api("GET", "/calls")["calls"]
    assert (call["to"], call["from"]) == (NUMBER, sandbox.settings["GROUNDSWELL_TWILIO_CALL_FROM"])
