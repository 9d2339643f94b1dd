"""What became of an e-mail is told in signed batches, until the application takes them."""

import time

from sendgrid.helpers.eventwebhook import EventWebhook, EventWebhookHeader

from tests.fixtures.application import Answer, Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.mailing import events, mail
from tests.integration.sandbox.sdk import mail_client


def test_events_come_in_batches_that_sendgrids_own_verifier_takes(sandbox: Sandbox, application: Application) -> None:
    wanted = [{"to": [{"email": f"p{number}@example.org"}], "custom_args": {"n": str(number)}} for number in range(50)]

    mail_client(sandbox).send(mail(personalizations=wanted, categories=["thanks"], custom_args={"cause": "7"}))

    wait_until(lambda: len(events(application)) == 100)
    verifier = EventWebhook(sandbox.settings["GROUNDSWELL_SENDGRID_WEBHOOK_PUBLIC_KEY"])
    for request in application.at("/events"):
        signature = request.headers[EventWebhookHeader.SIGNATURE]
        timestamp = request.headers[EventWebhookHeader.TIMESTAMP]
        assert request.body.endswith(b"\r\n")
        assert verifier.verify_signature(request.body.decode(), signature, timestamp)
        assert not verifier.verify_signature(request.body.decode().rstrip(), signature, timestamp)
    assert len(application.at("/events")) < 20
    assert len({event["sg_event_id"] for event in events(application)}) == 100
    one = next(event for event in events(application) if event["n"] == "3" and event["event"] == "delivered")
    assert (one["email"], one["cause"], one["category"]) == ("p3@example.org", "7", ["thanks"])
    assert one["sg_message_id"].startswith(one["smtp-id"].strip("<").partition("@")[0])
    assert abs(one["timestamp"] - time.time()) < 600


def test_events_are_posted_again_until_the_application_takes_them(sandbox: Sandbox, application: Application) -> None:
    answers = iter([500, 503])
    application.answers["/events"] = lambda _: Answer("", status=next(answers, 200))

    mail_client(sandbox).send(mail())

    wait_until(lambda: len(application.at("/events")) >= 3)
    wait_until(lambda: sandbox.counts()["events"] == {"waiting": 0, "answered": 2, "failed": 2})
    assert len({event["sg_event_id"] for event in events(application)}) == 2


def test_event_batches_come_twice_or_out_of_order(sandbox: Sandbox, application: Application) -> None:
    sandbox.faults({"endpoint": "events", "kind": "duplicated"})

    mail_client(sandbox).send(mail())

    wait_until(lambda: len(events(application)) == 4)
    assert len({event["sg_event_id"] for event in events(application)}) == 2
