"""E-mails as the application sends them, and the events that it is told."""

from typing import Any

import orjson
import pytest
from python_http_client.exceptions import HTTPError

from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox
from tests.integration.sandbox.sdk import mail_client

AMRIT = "amrit@example.org"


def mail(**changes: Any) -> dict[str, Any]:
    """A mail that SendGrid takes, with something changed; None leaves a field out."""
    wanted = {
        "from": {"email": "actions@example.ca", "name": "Students United"},
        "personalizations": [{"to": [{"email": AMRIT}]}],
        "subject": "Thank you",
        "content": [{"type": "text/plain", "value": "Thank you"}],
    }
    return {name: value for name, value in {**wanted, **changes}.items() if value is not None}


def to_one(**changes: Any) -> dict[str, Any]:
    """The same with something changed in its one personalization."""
    return mail(personalizations=[{"to": [{"email": AMRIT}], **changes}])


def errors_of(sandbox: Sandbox, wanted: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """How SendGrid refuses a mail."""
    with pytest.raises(HTTPError) as refused:
        mail_client(sandbox).send(wanted)
    return refused.value.status_code, refused.value.to_dict["errors"]


def events(application: Application) -> list[dict[str, Any]]:
    """All events that the application was told."""
    return [event for request in application.at("/events") for event in orjson.loads(request.body)]


def told(application: Application) -> list[tuple[str, str]]:
    return [(event["email"], event["event"]) for event in events(application)]
