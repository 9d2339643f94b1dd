"""Every endpoint that the SDKs reach, in one go, held against the vendors' own files where they are at hand."""

from datetime import UTC, datetime

from tests.fixtures.application import Application
from tests.fixtures.sandbox import AVAILABLE_SPECS, Sandbox
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import CALL_FROM, PHONE, TEXT_FROM, mail_client, twilio


def test_every_request_of_the_sdks_and_every_answer_keeps_to_the_contract(
    sandbox: Sandbox, application: Application
) -> None:
    client, now = twilio(sandbox), datetime.now(UTC)
    text = client.messages.create(
        to=PHONE, from_=TEXT_FROM, body="Hello", status_callback=f"{application.url}/status", validity_period=60
    )
    wait_until(lambda: str(client.messages(text.sid).fetch().status).endswith("delivered"))
    client.messages.list(to=PHONE, from_=TEXT_FROM, date_sent_after=now, page_size=1)
    client.messages(text.sid).update(body="")
    client.messages(text.sid).delete()
    call = client.calls.create(
        to=PHONE,
        from_=CALL_FROM,
        url=f"{application.url}/voice",
        status_callback=f"{application.url}/status",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=25,
        time_limit=3600,
    )
    client.calls(call.sid).fetch()
    client.calls.list(to=PHONE, from_=CALL_FROM, start_time_after=now, page_size=1)
    client.calls(call.sid).update(status="completed")
    mail_client(sandbox).send(
        {
            "from": {"email": "actions@example.ca", "name": "Students United"},
            "reply_to": {"email": "help@example.ca"},
            "personalizations": [
                {
                    "to": [{"email": "amrit@example.org", "name": "Amrit"}],
                    "subject": "Thank you",
                    "substitutions": {"-name-": "Amrit"},
                    "headers": {"List-Unsubscribe": "<https://example.ca/u>"},
                    "custom_args": {"delivery": "7"},
                }
            ],
            "content": [{"type": "text/plain", "value": "Thank you, -name-"}],
            "categories": ["thanks"],
        }
    )

    found = sandbox.api("GET", "/violations")

    assert found["latest"] == []
    assert (found["checked"] >= 10) == (AVAILABLE_SPECS is not None)
