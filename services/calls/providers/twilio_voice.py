"""Twilio Voice: rings telephones, and says what it knows of a call. Nothing is ever recorded.

https://www.twilio.com/docs/voice/api/call-resource. Creating a call takes no idempotency key, so a request whose answer
was lost is never repeated before `calls_to` was asked. Twilio can filter calls by number and day, and keeps no word of
ours with them; what is ours is told by number, our own number and the moment.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from twilio.rest import Client

from services.calls.providers.ports import OutcomeUnknown, PlacedCall, ProviderFails, Refused, TryLater
from shared.observability.providers import measured
from shared.reaching.twilio_transport import NOBODY_KNOWS, SAYS_NO, NeverConnected, twilio_client

# How long the supporter's telephone rings: shorter than most voicemail takes to answer.
RINGS_SECONDS = 25
LONGEST_CALL_SECONDS = 3600
TIMEOUT_SECONDS = 10
CONNECTIONS = 10
RECENT_CALLS = 20
PROGRESS = ["ringing", "answered", "completed"]
# Errors about us and not about the number: they pass, or an operator sees to them (twilio.com/docs/api/errors).
OUR_TROUBLE = {
    10001: "the account is not active",
    10004: "too many calls at once",
    20003: "the account's credentials are wrong",
    20429: "too many requests",
    21205: "the public address is not one that Twilio can reach",
    21210: "GROUNDSWELL_TWILIO_CALL_FROM is not verified",
    21212: "GROUNDSWELL_TWILIO_CALL_FROM is not a number",
}


class TwilioVoice:
    """The real one, or a server that speaks alike. The client is made when first needed, so after any fork."""

    def __init__(self, account_sid: str, auth_token: str, base_url: str, call_from: str) -> None:
        self._account = (account_sid, auth_token, base_url)
        self._call_from = call_from

    def place(self, number: str, *, answered_url: str, status_url: str) -> PlacedCall:
        """Ring a number; what to say is asked of `answered_url`. Raises `TryLater`, `OutcomeUnknown` or `Refused`."""
        with measured("twilio_voice", "place"), _errors():
            call = self._client.calls.create(
                to=number,
                from_=self._call_from,
                url=answered_url,
                method="POST",
                status_callback=status_url,
                status_callback_event=PROGRESS,
                status_callback_method="POST",
                timeout=RINGS_SECONDS,
                time_limit=LONGEST_CALL_SECONDS,
            )
            return _placed(call)

    def calls_to(self, number: str, *, since: datetime) -> Sequence[PlacedCall]:
        """The calls that we placed to a number since then, newest first. Raises `ProviderFails`."""
        with measured("twilio_voice", "calls_to"), _errors():
            found = self._client.calls.list(to=number, from_=self._call_from, limit=RECENT_CALLS)
            placed = [_placed(call) for call in found]
        recent = [call for call in placed if call.placed_at >= since]
        return sorted(recent, key=lambda call: call.placed_at, reverse=True)

    def call(self, carrier_id: str) -> PlacedCall | None:
        """One call by its SID; None where Twilio knows no such call. Raises `ProviderFails`."""
        try:
            with measured("twilio_voice", "call"), _errors():
                return _placed(self._client.calls(carrier_id).fetch())
        except Refused:
            return None

    @cached_property
    def _client(self) -> Client:
        return twilio_client(*self._account, connections=CONNECTIONS, timeout_seconds=TIMEOUT_SECONDS)


@contextmanager
def _errors() -> Iterator[None]:
    """Twilio's errors in our words, with their codes and without the numbers that Twilio repeats in its texts."""
    try:
        yield
    except SAYS_NO as error:
        raise _in_our_words(int(error.status), int(error.code or 0)) from None
    except NeverConnected as error:
        raise TryLater(f"no connection: {error}") from None
    except NOBODY_KNOWS as error:
        raise OutcomeUnknown(f"no answer: {type(error).__name__}") from None


def _in_our_words(status: int, code: int) -> ProviderFails:
    if code in OUR_TROUBLE:
        return TryLater(f"{code}: {OUR_TROUBLE[code]}")
    if status in (401, 403, 429):
        return TryLater(f"HTTP {status}, error {code}")
    if status >= 500:
        return OutcomeUnknown(f"HTTP {status}, error {code}")
    return Refused(f"HTTP {status}, error {code}")


def _placed(call: Any) -> PlacedCall:
    return PlacedCall(
        carrier_id=call.sid, status=str(getattr(call.status, "value", call.status)), placed_at=call.date_created
    )
