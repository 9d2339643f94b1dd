"""Twilio Messaging: sends texts, and says what it knows of them.

https://www.twilio.com/docs/messaging/api/message-resource. Creating a message takes no idempotency key, so a request
whose answer was lost is never repeated before `sent_to` was asked.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from twilio.rest import Client

from services.notifications.domain.receipt import NO_GOOD_NUMBER
from services.notifications.providers.ports import (
    OutcomeUnknown,
    ProviderFails,
    Refused,
    Text,
    TextRecord,
    TryLater,
)
from shared.observability.providers import measured
from shared.reaching.twilio_transport import NOBODY_KNOWS, SAYS_NO, NeverConnected, twilio_client

RECENT_TEXTS = 50
# What Twilio lists as sent by us through its API; what it or our webhook answered is listed with another direction.
OURS = "outbound-api"
# Errors about us and not about the number: they pass, or an operator sees to them (twilio.com/docs/api/errors).
OUR_TROUBLE = {
    20003: "the account's credentials are wrong",
    20429: "too many requests at once",
    21212: "GROUNDSWELL_TWILIO_TEXT_FROM is not a number",
    21606: "GROUNDSWELL_TWILIO_TEXT_FROM cannot send texts",
    21608: "the account is on trial",
    21609: "the public address is not one that Twilio can reach",
    21611: "too many texts wait at Twilio",
    21701: "GROUNDSWELL_TWILIO_MESSAGING_SERVICE_SID is not known",
    21705: "GROUNDSWELL_TWILIO_MESSAGING_SERVICE_SID is not one",
    30001: "too many texts wait at Twilio",
    30002: "the account is suspended",
}


class TwilioTexts:
    """The real one, or a server that speaks alike. The client is made when first needed, so after any fork."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        base_url: str,
        public_url: str,
        *,
        text_from: str,
        messaging_service_sid: str | None = None,
        connections: int,
        timeout_seconds: float,
    ) -> None:
        self._account = (account_sid, auth_token, base_url)
        self._public_url = public_url
        self._sender = (
            {"messaging_service_sid": messaging_service_sid} if messaging_service_sid else {"from_": text_from}
        )
        self._connections = connections
        self._timeout_seconds = timeout_seconds

    def send(self, text: Text) -> str:
        """Send one; Twilio's SID of it. Raises `TryLater`, `OutcomeUnknown` or `Refused`."""
        validity = {} if text.valid_seconds is None else {"validity_period": text.valid_seconds}
        with measured("twilio_texts", "send"), _errors():
            message = self._client.messages.create(
                to=text.to,
                body=text.body,
                status_callback=f"{self._public_url}/webhooks/twilio/messages/{text.delivery_id}/status",
                # The words stay as they are: Twilio's record of them is told by them.
                smart_encoded=False,
                **self._sender,
                **validity,
            )
            return str(message.sid)

    def sent_to(self, number: str, *, since: datetime) -> Sequence[TextRecord]:
        """What we sent to a number since then, newest first, answers left out. Raises `ProviderFails`."""
        with measured("twilio_texts", "sent_to"), _errors():
            found = self._client.messages.list(to=number, limit=RECENT_TEXTS)
            records = [_record(message) for message in found if _word(message.direction) == OURS]
        return sorted((one for one in records if one.sent_at >= since), key=lambda one: one.sent_at, reverse=True)

    def find(self, provider_id: str) -> TextRecord | None:
        """One text by its SID; None where Twilio knows no such text. Raises `ProviderFails`."""
        try:
            with measured("twilio_texts", "find"), _errors():
                return _record(self._client.messages(provider_id).fetch())
        except Refused:
            return None

    @cached_property
    def _client(self) -> Client:
        return twilio_client(*self._account, connections=self._connections, timeout_seconds=self._timeout_seconds)


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
    return Refused(str(code or status), suppresses=str(code) in NO_GOOD_NUMBER)


def _record(message: Any) -> TextRecord:
    return TextRecord(
        provider_id=message.sid,
        status=_word(message.status),
        body=message.body or "",
        sent_at=message.date_created,
        error_code=str(message.error_code or ""),
    )


def _word(value: Any) -> str:
    """One of the SDK's enumerations, which it gives as itself or as text."""
    return str(getattr(value, "value", value))
