"""E-mails through SendGrid's SDK: taken, rendered, delivered, and dropped for who wants none."""

import base64

import orjson
import pytest
from sendgrid.helpers.mail import Content, Email, Header, Mail, Personalization, Substitution, To

from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.mailing import AMRIT, errors_of, events, mail, to_one, told
from tests.integration.sandbox.sdk import mail_client


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
