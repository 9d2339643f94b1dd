"""E-mails through SendGrid's SDK: taken, rendered, delivered, told about in signed batches, and refused."""

import base64
import time
from typing import Any

import orjson
import pytest
from python_http_client.exceptions import HTTPError
from sendgrid.helpers.eventwebhook import EventWebhook, EventWebhookHeader
from sendgrid.helpers.mail import Content, Email, Header, Mail, Personalization, Substitution, To

from tests.fixtures.application import Answer, Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until
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


def test_a_mail_made_with_sendgrids_own_helpers_arrives_with_what_each_personalization_says(
    sandbox: Sandbox,
) -> None:
    message = Mail(from_email=Email("actions@example.ca", "Students United"), subject="Hello -name-")
    message.add_content(Content("text/plain", "Dear -name-, thank you."))
    message.add_content(Content("text/html", "<p>Dear -name-</p>"))
    for name in ("Amrit", "Chloé"):
        one = Personalization()
        one.add_to(To(f"{name[0].lower()}@example.org", name))
        one.add_substitution(Substitution("-name-", name))
        one.add_header(Header("List-Unsubscribe", f"<https://example.ca/u/{name[0]}>"))
        message.add_personalization(one)

    answer = mail_client(sandbox).send(message)

    assert answer.status_code == 202
    assert answer.headers["X-Message-Id"]
    (amrit,) = wait_until(lambda: sandbox.emails("a@example.org"))
    (chloe,) = sandbox.emails("c@example.org")
    assert (amrit["subject"], amrit["text"]) == ("Hello Amrit", "Dear Amrit, thank you.")
    assert chloe["html"] == "<p>Dear Chloé</p>"
    assert chloe["headers"]["List-Unsubscribe"] == "<https://example.ca/u/C>"
    assert chloe["message_id"].startswith(answer.headers["X-Message-Id"] + ".")


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


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("bounce@example.org", [("processed", None), ("bounce", "bounce")]),
        ("bounce+1@example.org", [("processed", None), ("bounce", "bounce")]),
        ("blocked@example.org", [("processed", None), ("bounce", "blocked")]),
        ("invalid@example.org", [("dropped", None)]),
        ("deferred@example.org", [("processed", None), ("deferred", None), ("delivered", None)]),
        ("bounced.once@example.org", [("processed", None), ("delivered", None)]),
    ],
)
def test_the_address_decides_what_becomes_of_an_email(
    sandbox: Sandbox, application: Application, to: str, expected: list[tuple[str, str | None]]
) -> None:
    mail_client(sandbox).send(mail(personalizations=[{"to": [{"email": to}]}]))

    wait_until(lambda: len(events(application)) == len(expected))
    assert [(event["event"], event.get("type")) for event in events(application)] == expected


def test_who_bounced_unsubscribed_or_complained_is_dropped_from_then_on_unless_bypassed(
    sandbox: Sandbox, application: Application
) -> None:
    for to in ("bounce@example.org", "u@example.org", "s@example.org"):
        mail_client(sandbox).send(mail(personalizations=[{"to": [{"email": to}]}]))
    wait_until(lambda: len(told(application)) == 6)
    by_address = {email["to"]: email["id"] for email in sandbox.emails()}
    sandbox.api("POST", f"/emails/{by_address['u@example.org']}/unsubscribe")
    sandbox.api("POST", f"/emails/{by_address['s@example.org']}/spam")

    for to in by_address:
        mail_client(sandbox).send(mail(personalizations=[{"to": [{"email": to}]}], subject="Again"))
    mail_client(sandbox).send(
        mail(
            personalizations=[{"to": [{"email": "u@example.org"}]}],
            mail_settings={"bypass_list_management": {"enable": True}},
        )
    )

    wait_until(lambda: len(told(application)) == 13)
    assert ("u@example.org", "unsubscribe") in told(application)
    assert ("s@example.org", "spamreport") in told(application)
    reasons = {event["email"]: event["reason"] for event in events(application) if event["event"] == "dropped"}
    assert reasons == {
        "bounce@example.org": "Bounced Address",
        "u@example.org": "Unsubscribed Address",
        "s@example.org": "Spam Reporting Address",
    }
    assert told(application)[-1] == ("u@example.org", "delivered")


def test_the_one_click_button_posts_as_rfc_8058_has_it(sandbox: Sandbox, application: Application) -> None:
    headers = {
        "List-Unsubscribe": f"<mailto:stop@example.ca>, <{application.url}/leave/TOKEN>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail_client(sandbox).send(to_one(headers=headers))

    answer = sandbox.api("POST", "/emails/0/one-click")

    assert answer == {"status": 200}
    (posted,) = application.at("/leave/TOKEN")
    assert (posted.method, posted.form) == ("POST", {"List-Unsubscribe": "One-Click"})
    assert "Cookie" not in posted.headers


def test_without_both_headers_there_is_no_button(sandbox: Sandbox) -> None:
    mail_client(sandbox).send(to_one(headers={"List-Unsubscribe": "<https://example.ca/u>"}))

    assert sandbox.ask("POST", "/sandbox/api/emails/0/one-click")[0] == 400


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


def test_sendgrids_own_sandbox_mode_checks_and_sends_nothing(sandbox: Sandbox) -> None:
    answer = mail_client(sandbox).send(mail(mail_settings={"sandbox_mode": {"enable": True}}))

    assert answer.status_code == 200
    assert sandbox.emails() == []


def test_a_batch_id_is_given_out_and_asked_for(sandbox: Sandbox) -> None:
    client = mail_client(sandbox).client.mail

    batch = orjson.loads(client.batch.post().body)["batch_id"]

    assert orjson.loads(client.batch._(batch).get().body) == {"batch_id": batch}
    assert mail_client(sandbox).send(mail(batch_id=batch)).status_code == 202


def test_a_thousand_personalizations_are_one_request(sandbox: Sandbox, application: Application) -> None:
    many = [{"to": [{"email": f"p{number}@example.org"}]} for number in range(1000)]

    assert mail_client(sandbox).send(mail(personalizations=many)).status_code == 202

    wait_until(lambda: sandbox.counts()["emails"] == {"delivered": 1000})
    status, (error,) = errors_of(sandbox, mail(personalizations=[*many, {"to": [{"email": AMRIT}]}]))
    assert (status, error["field"]) == (400, "personalizations")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (mail(personalizations=None), "personalizations"),
        (mail(personalizations=[]), "personalizations"),
        (mail(personalizations=[{}]), "personalizations.0.to"),
        (mail(**{"from": None}), "from"),
        (mail(**{"from": {"email": "actions"}}), "from.email"),
        (mail(**{"from": {"email": "équipe@example.ca"}}), "from.email"),
        (mail(subject=None), "subject"),
        (mail(subject=""), "subject"),
        (mail(subject="Two\nlines"), "subject"),
        (mail(content=None), "content"),
        (mail(content=[]), "content"),
        (mail(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
        (
            mail(content=[{"type": "text/html", "value": "<p>"}, {"type": "text/plain", "value": "x"}]),
            "content",
        ),
        (to_one(to=[{"email": "no address"}]), "personalizations.0.to.0.email"),
        (to_one(to=[{"email": AMRIT, "name": "Brar, Amrit"}]), "personalizations.0.to.0.name"),
        (to_one(cc=[{"email": AMRIT.upper()}]), "personalizations.0"),
        (to_one(to=[{"email": f"p{number}@example.org"} for number in range(1001)]), "personalizations.0.to"),
        (to_one(custom_args={"delivery": 7}), "personalizations.0.custom_args.delivery"),
        (to_one(custom_args={"delivery": "x" * 10_001}), "personalizations.0.custom_args"),
        (to_one(substitutions={"-x-": None}), "personalizations.0.substitutions.-x-"),
        (to_one(headers={"Reply-To": "x@example.org"}), "personalizations.0.headers.Reply-To"),
        (to_one(headers={"X-Note": "a\r\nBcc: b@example.org"}), "personalizations.0.headers.X-Note"),
        (to_one(send_at="soon"), "personalizations.0.send_at"),
        (to_one(send_at=9_999_999_999), "personalizations.0.send_at"),
        (to_one(unknown=True), "personalizations.0"),
        (mail(unknown=True), "request"),
        (mail(reply_to={"email": "x"}), "reply_to.email"),
        (mail(reply_to={"email": AMRIT}, reply_to_list=[{"email": AMRIT}]), "reply_to_list"),
        (mail(categories=[str(number) for number in range(11)]), "categories"),
        (mail(categories=["a", "a"]), "categories"),
        (mail(template_id="d-123"), "template_id"),
        (mail(batch_id="made-up"), "batch_id"),
        (mail(ip_pool_name="x" * 65), "ip_pool_name"),
        (mail(asm={"groups_to_display": [1]}), "asm.group_id"),
        (mail(mail_settings={"sandbox_mode": True}), "mail_settings.sandbox_mode"),
        (mail(attachments=[{"filename": "a.ics", "content": "not base64!"}]), "attachments.0.content"),
    ],
)
def test_a_mail_that_sendgrid_would_refuse_is_refused_and_the_field_is_named(
    sandbox: Sandbox, wrong: dict[str, Any], field: str
) -> None:
    status, errors = errors_of(sandbox, wrong)

    assert status == 400
    assert field in [error["field"] for error in errors]
    assert all(set(error) == {"message", "field", "help"} and error["message"] for error in errors)
    assert sandbox.emails() == []


def test_another_key_another_type_another_sender_and_another_method_are_turned_away(sandbox: Sandbox) -> None:
    assert sandbox.ask("POST", "/v3/mail/send", mail())[0] == 401
    assert sandbox.ask("GET", "/v3/mail/send")[0] == 405
    client = mail_client(sandbox)
    with pytest.raises(HTTPError) as wrong_type:
        client.client.mail.send.post(request_body="{}", request_headers={"Content-Type": "text/plain"})
    assert wrong_type.value.status_code == 415
    status, (error,) = errors_of(sandbox, mail(**{"from": {"email": "someone@example.com"}}))
    assert (status, error["field"]) == (403, "from")


def test_an_attachment_and_a_reply_address_arrive(sandbox: Sandbox) -> None:
    invitation = {
        "filename": "rally.ics",
        "type": "text/calendar",
        "content": base64.b64encode(b"BEGIN:VCALENDAR").decode(),
    }

    mail_client(sandbox).send(mail(attachments=[invitation], reply_to={"email": "help@example.ca"}))

    (arrived,) = sandbox.emails(AMRIT)
    assert arrived["attachments"] == [{"filename": "rally.ics", "type": "text/calendar"}]
    assert arrived["reply_to"] == "help@example.ca"


def test_the_same_words_to_the_same_inbox_are_counted_as_duplicates(sandbox: Sandbox) -> None:
    for reply_to in ("a@example.org", "b@example.org", "a@example.org"):
        mail_client(sandbox).send(mail(reply_to={"email": reply_to}))

    assert sandbox.counts()["duplicates"]["emails"] == 1
