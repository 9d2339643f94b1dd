"""Texts as the application sends them."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.fixtures.sandbox import Sandbox
from tests.integration.sandbox.sdk import PHONE, TEXT_FROM, twilio

SERVICE = "MG" + "5" * 32


def send(sandbox: Sandbox, to: str = PHONE, body: str = "Reply CALL", **more: Any) -> Any:
    """Send a text from our number."""
    return twilio(sandbox).messages.create(**{"to": to, "from_": TEXT_FROM, "body": body, **more})


def status_of(sandbox: Sandbox, message: Any) -> tuple[str, int | None]:
    fetched = twilio(sandbox).messages(message.sid).fetch()
    return str(getattr(fetched.status, "value", fetched.status)), fetched.error_code


def refusal(sandbox: Sandbox, **wanted: Any) -> TwilioRestException:
    """How Twilio refuses a text."""
    with pytest.raises(TwilioRestException) as refused:
        send(sandbox, **wanted)
    return refused.value
