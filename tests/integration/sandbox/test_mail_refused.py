"""E-mails that SendGrid refuses, and the field that it names."""

from typing import Any

import pytest
from python_http_client.exceptions import HTTPError

from tests.fixtures.sandbox import Sandbox
from tests.integration.sandbox.mailing import AMRIT, errors_of, mail, to_one
from tests.integration.sandbox.sdk import mail_client


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
