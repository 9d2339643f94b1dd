"""What a mail service must do, shown of the fake one and of SendGrid's SDK against the sandbox."""

from typing import Protocol

import pytest

from services.notifications.providers.fakes import FakeMail
from services.notifications.providers.ports import Email, EmailTemplate, Mail, OutcomeUnknown, Refused, TryLater
from services.notifications.providers.sendgrid_mail import SendGridMail
from shared.identifiers import new_id
from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until

TEMPLATE = EmailTemplate(
    subject="Hello {first_name}",
    text="Dear {first_name}, {other}",
    html="<p>Dear {first_name}</p><a href='{link}'>see</a>",
    from_name="Students United",
    category="thanks",
)


class Service(Protocol):
    """A mail service that can be made to fail."""

    @property
    def mail(self) -> Mail:
        """The service."""

    def arrived(self) -> list[str]:
        """Every address that something was sent to."""

    def is_busy(self) -> None:
        """Have it take no more requests for the next one."""

    def breaks(self) -> None:
        """Have it fail on its own side at the next one."""

    def loses_its_answer(self) -> None:
        """Have it take the next request and never answer."""


class Fake:
    """The service that ships with the code."""

    def __init__(self) -> None:
        self.mail = FakeMail(bad_addresses={"not an address"})

    def arrived(self) -> list[str]:
        return [email.to for _, email in self.mail.sent]

    def is_busy(self) -> None:
        self.mail.failing.append(TryLater("HTTP 429"))

    def breaks(self) -> None:
        self.mail.failing.append(OutcomeUnknown("HTTP 500"))
        self.mail.accepts_what_times_out = False

    def loses_its_answer(self) -> None:
        self.mail.failing.append(OutcomeUnknown("no answer: ProtocolError"))


class Real:
    """SendGrid's SDK, and the sandbox behind it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.mail = mail_of(sandbox)

    def arrived(self) -> list[str]:
        return [email["to"] for email in self._sandbox.emails()]

    def is_busy(self) -> None:
        self._strike("429")

    def breaks(self) -> None:
        self._strike("500")

    def loses_its_answer(self) -> None:
        self._strike("accepted_but_timed_out")

    def _strike(self, kind: str) -> None:
        self._sandbox.faults({"endpoint": "mail", "kind": kind, "count": 1})


def mail_of(sandbox: Sandbox, **given: str) -> SendGridMail:
    """SendGrid's SDK, pointed at a sandbox."""
    account = sandbox.settings
    return SendGridMail(
        given.get("key", account["GROUNDSWELL_SENDGRID_API_KEY"]),
        given.get("url", sandbox.url),
        email_from=account["GROUNDSWELL_EMAIL_FROM"],
        connections=2,
        timeout_seconds=30,
    )


@pytest.fixture(params=["fake", "real"])
def service(request: pytest.FixtureRequest) -> Service:
    """Either service."""
    return Fake() if request.param == "fake" else Real(request.getfixturevalue("sandbox"))


def email(to: str = "ada@example.org", **fields: str) -> Email:
    """An e-mail to somebody."""
    return Email(
        delivery_id=str(new_id()),
        to=to,
        fields={"first_name": "Ada", "link": "http://127.0.0.1:8000/x?a=1&b=2", **fields},
        headers={"List-Unsubscribe": "<http://127.0.0.1:8000/unsubscribe/t>"},
    )


def test_e_mails_alike_are_taken_in_one_request(service: Service) -> None:
    people = [f"person{number}@example.org" for number in range(20)]

    provider_id = service.mail.send(TEMPLATE, [email(one) for one in people])

    assert provider_id
    assert sorted(service.arrived()) == sorted(people)


def test_one_bad_address_has_the_whole_request_refused(service: Service) -> None:
    with pytest.raises(Refused) as refused:
        service.mail.send(TEMPLATE, [email(), email("not an address")])

    assert refused.value.suppresses is False
    assert service.arrived() == []


def test_a_bad_address_that_stands_alone_is_no_good(service: Service) -> None:
    with pytest.raises(Refused) as refused:
        service.mail.send(TEMPLATE, [email("not an address")])

    assert (refused.value.code, refused.value.suppresses) == ("invalid_address", True)


def test_a_busy_service_has_surely_not_sent_it(service: Service) -> None:
    service.is_busy()

    with pytest.raises(TryLater):
        service.mail.send(TEMPLATE, [email()])

    assert service.arrived() == []


def test_a_service_that_breaks_leaves_it_open_whether_it_was_sent(service: Service) -> None:
    service.breaks()

    with pytest.raises(OutcomeUnknown):
        service.mail.send(TEMPLATE, [email()])


def test_a_request_whose_answer_was_lost_was_taken_all_the_same(service: Service) -> None:
    service.loses_its_answer()

    with pytest.raises(OutcomeUnknown):
        service.mail.send(TEMPLATE, [email()])

    assert service.arrived() == ["ada@example.org"]


# --- of SendGrid alone


def test_fields_are_filled_in_for_each_and_escaped_in_html(sandbox: Sandbox) -> None:
    mail_of(sandbox).send(TEMPLATE, [email(), email("bea@example.org", first_name="Bea & <i>Co</i>")])

    (bea,) = sandbox.emails("bea@example.org")
    assert bea["subject"] == "Hello Bea & <i>Co</i>"
    assert bea["text"] == "Dear Bea & <i>Co</i>, {other}"
    assert "Dear Bea &amp; &lt;i&gt;Co&lt;/i&gt;" in bea["html"]
    assert "x?a=1&amp;b=2" in bea["html"]
    (ada,) = sandbox.emails("ada@example.org")
    assert ada["subject"] == "Hello Ada"
    assert ada["headers"]["List-Unsubscribe"] == "<http://127.0.0.1:8000/unsubscribe/t>"


def test_a_value_that_looks_like_a_field_is_not_filled_in_again(sandbox: Sandbox) -> None:
    mail_of(sandbox).send(TEMPLATE, [email(first_name="{link} {other}")])

    (ada,) = sandbox.emails("ada@example.org")
    assert ada["text"] == "Dear {link} {other}, {other}"


def test_a_plain_letter_has_a_sender_an_answer_address_and_no_html(sandbox: Sandbox) -> None:
    letter = EmailTemplate(
        subject="Permits",
        text="Dear Minister",
        html="",
        from_name="Ada; Q, via Students United",
        reply_to="ada@example.org",
        reply_to_name="Ada, Q",
        category="letter",
    )

    mail_of(sandbox).send(letter, [Email(delivery_id=str(new_id()), to="pm@example.ca", to_name="Jordan, Lavoie")])

    (received,) = sandbox.emails("pm@example.ca")
    assert (received["reply_to"], received["html"], received["text"]) == ("ada@example.org", "", "Dear Minister")


def test_events_name_the_delivery_and_the_request(sandbox: Sandbox, application: Application) -> None:
    sent = email()

    provider_id = mail_of(sandbox).send(TEMPLATE, [sent])

    wait_until(lambda: application.at("/events"))
    body = application.at("/events")[0].body.decode()
    assert sent.delivery_id in body
    assert provider_id in body


def test_wrong_credentials_and_a_server_that_is_not_there_pass(sandbox: Sandbox) -> None:
    for given in ({"key": "SG.wrong"}, {"url": "http://127.0.0.1:1"}):
        with pytest.raises(TryLater):
            mail_of(sandbox, **given).send(TEMPLATE, [email()])


def test_a_connection_is_kept_from_request_to_request(sandbox: Sandbox) -> None:
    mail = mail_of(sandbox)
    for _ in range(3):
        mail.send(TEMPLATE, [email()])

    pools = mail._client.client._pool.pools
    [key] = pools.keys()
    pool = pools[key]
    assert (pool.num_connections, pool.num_requests) == (1, 3)
