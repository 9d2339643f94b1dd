"""The rules of e-mails: addresses, substitutions, recipients, fates and the unsubscribe button."""

from typing import Any

import pytest

from deploy.sandbox.mail.address_rules import check_address
from deploy.sandbox.mail.complaints import Complaints, MailIsRefused
from deploy.sandbox.mail.emails import Email, emails_in, substituted
from deploy.sandbox.mail.mailbox import fate_of
from deploy.sandbox.mail.rules import check_mail
from deploy.sandbox.mail.unsubscribing import one_click_address


def mail(**changes: Any) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "from": {"email": "actions@example.ca"},
        "personalizations": [{"to": [{"email": "a@example.org"}]}],
        "subject": "Hello",
        "content": [{"type": "text/plain", "value": "Hello"}],
    }
    return {**wanted, **changes}


@pytest.mark.parametrize("email", ["a@example.org", "A.b+c@example.co", "renée@exämple.org", "o'neill@example.org"])
def test_an_address_is_taken_in_lower_case(email: str) -> None:
    assert check_address({"email": email}, "to", Complaints()) == email.lower()


@pytest.mark.parametrize(
    "email",
    ["", "a", "a@", "@example.org", "a@example", "a b@example.org", "a@b@example.org", "a..b@example.org", 7, None],
)
def test_what_is_no_address_is_complained_of(email: object) -> None:
    complaints = Complaints()

    assert check_address({"email": email}, "to", complaints) is None
    with pytest.raises(MailIsRefused):
        complaints.raise_if_any()


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = mail(subject="", content=[], **{"from": {}})

    with pytest.raises(MailIsRefused) as refused:
        check_mail(wrong, None, [])

    assert [error["field"] for error in refused.value.errors] == ["from.email", "subject", "content"]


def test_every_recipient_gets_an_email_of_their_own_with_what_their_personalization_says() -> None:
    wanted = mail(
        headers={"X-A": "all"},
        custom_args={"cause": "7"},
        personalizations=[
            {
                "to": [{"email": "a@example.org", "name": "A"}],
                "cc": [{"email": "b@example.org"}],
                "bcc": [{"email": "c@example.org"}],
                "subject": "To -who-",
                "substitutions": {"-who-": "both"},
                "headers": {"X-B": "-who-"},
                "custom_args": {"n": "1"},
            },
            {"to": [{"email": "d@example.org"}]},
        ],
    )

    emails = list(emails_in(wanted, "ID"))

    assert [email.to for email in emails] == ["a@example.org", "b@example.org", "c@example.org", "d@example.org"]
    assert [email.subject for email in emails] == ["To both"] * 3 + ["Hello"]
    assert emails[0].headers == {"X-A": "all", "X-B": "both"}
    assert emails[0].arguments == {"cause": "7", "n": "1"}
    assert emails[3].arguments == {"cause": "7"}
    assert emails[0].also_to == "b@example.org"
    assert len({email.message_id for email in emails}) == 4


def test_substitutions_are_made_where_their_key_stands() -> None:
    assert substituted("-a- and -b- and -a-", {"-a-": "1", "-b-": "2"}) == "1 and 2 and 1"


@pytest.mark.parametrize(
    ("address", "fate"),
    [
        ("a@example.org", "delivered"),
        ("bounce@example.org", "bounce"),
        ("Bounce-2@example.org", "bounce"),
        ("bouncer@example.org", "delivered"),
        ("invalid@example.org", "dropped"),
        ("a@bounce.example.org", "delivered"),
    ],
)
def test_the_local_part_decides_the_fate(address: str, fate: str) -> None:
    assert fate_of(address)[0] == fate


def email_with(headers: dict[str, str]) -> Email:
    (email,) = emails_in(mail(headers=headers), "ID")
    return email


def test_the_button_needs_both_headers_and_a_web_address() -> None:
    post = {"list-unsubscribe-post": "List-Unsubscribe=One-Click"}

    assert (
        one_click_address(email_with({"List-Unsubscribe": "<https://example.ca/u>", **post})) == "https://example.ca/u"
    )
    assert one_click_address(email_with({"List-Unsubscribe": "<https://example.ca/u>"})) is None
    assert one_click_address(email_with({"List-Unsubscribe": "<mailto:u@example.ca>", **post})) is None
