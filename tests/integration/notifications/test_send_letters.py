"""A letter goes to each target once, in its signer's name, at the pace of the target's mailbox."""

from contextlib import suppress
from datetime import timedelta

from services.notifications.domain.delivery import Channel, State
from services.notifications.domain.receipt import Receipt
from services.notifications.providers.ports import Email, Refused
from services.notifications.storage.heard import SENDGRID, TimesHeard
from tests.integration.notifications.house import person
from tests.integration.notifications.sending import PATIENCE, Killed, Sending

A_SECOND = timedelta(seconds=1)


def sendgrid_speaks(sending: Sending) -> None:
    """SendGrid tells of other e-mails."""
    with sending.house.backbone.database.transaction() as transaction:
        TimesHeard(transaction).note(SENDGRID, sending.clock())


def test_a_letter_goes_to_each_target_in_the_signers_name(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, name="Ada Quabacedri", agrees_to=()))

    sending.send_mail()

    assert sorted(email.to for _, email in sending.mail.sent) == ["minister@example.ca", "pm@example.ca"]
    ((template, email),) = sending.mail.to("pm@example.ca")
    assert template.from_name == "Ada Quabacedri via Students United"
    assert (template.reply_to, template.reply_to_name) == ("person1@example.org", "Ada Quabacedri")
    assert template.text == "Dear Jordan Lavoie\n\nAda Quabacedri\n\nSent through Students United.\n"
    assert (template.html, email.headers, email.fields) == ("", {}, {})


def test_a_signer_without_an_address_gets_no_answer(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, email=None, agrees_to=()))

    sending.send_mail()

    assert {template.reply_to for template, _ in sending.mail.sent} == {None}


def test_a_name_can_bring_neither_a_header_nor_an_address_into_a_letter(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, name="Ada\r\nBcc: x@example.org {target_name} http://evil.example.org", agrees_to=()))

    sending.send_mail()

    ((template, _),) = sending.mail.to("pm@example.ca")
    assert template.from_name == "Ada Bcc xexampleorg targetname httpevilexampleorg via Students United"
    assert "\r" not in template.text


def test_a_mailbox_gets_only_so_many_letters_a_second(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.open_petition("care-for-all")
    for number in range(6):
        sending.house.sign(person(number, agrees_to=()), petition="fix-pgwp" if number % 2 else "care-for-all")
    loops = [sending.mail_loop(letters_per_second=2) for _ in range(2)]

    sent = []
    for _ in range(3):
        for loop in loops:
            loop()
        sent.append((len(sending.mail.to("pm@example.ca")), len(sending.mail.to("minister@example.ca"))))
        sending.clock.passes(A_SECOND)

    assert sent == [(2, 2), (4, 4), (6, 6)]


def test_a_mailbox_that_is_none_gets_no_more_letters_and_the_signer_is_still_written_to(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1))
    sending.house.set_states("delivered", channel="text")
    sending.send_mail()
    (letter,) = sending.house.ledger(channel="letter", target="pm")

    sending.hear(
        Receipt(delivery_id=str(letter.id), state=State.FAILED, reason="5.1.1", suppresses=True, withdraws=True)
    )
    sending.house.sign(person(2, agrees_to=()))
    sending.clock.passes(A_SECOND)
    sending.send_mail()

    assert len(sending.mail.to("pm@example.ca")) == 1
    assert len(sending.mail.to("minister@example.ca")) == 2
    assert sending.house.contact(person(1)).may_email is True


def test_a_refused_letter_fails_alone(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=()))
    sending.mail.failing = [Refused("http_400")]

    sending.send_mail()

    assert sorted(sending.states(channel=Channel.LETTER)) == [("accepted", None), ("failed", "http_400")]


def test_a_kill_between_letters_sends_none_twice(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=()), person(2, agrees_to=()))

    def die(emails: object) -> None:
        sending.mail.meanwhile = lambda emails: None
        raise Killed

    sending.mail.meanwhile = die
    with suppress(Killed):
        sending.send_mail()
    taken: list[tuple[object, Email]] = list(sending.mail.sent)
    ids = [email.delivery_id for _, email in taken]
    sending.hear(*[Receipt(delivery_id=id_, state=State.ACCEPTED, provider_id="r") for id_ in ids])
    sending.clock.passes(PATIENCE.silence / 2)
    sendgrid_speaks(sending)
    sending.look_after(PATIENCE.silence / 2)
    sending.send_mail()

    assert len(sending.mail.sent) == 4
    assert len({email.delivery_id for _, email in sending.mail.sent}) == 4
