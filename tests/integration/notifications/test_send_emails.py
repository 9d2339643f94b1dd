"""E-mails alike share a request and each is sent once; letters go in their signers' names and flood no mailbox."""

from contextlib import suppress
from datetime import timedelta

import pytest

from services.notifications.domain.delivery import State
from services.notifications.domain.receipt import Receipt
from services.notifications.providers.ports import OutcomeUnknown, TryLater
from services.notifications.storage.heard import SENDGRID, TimesHeard
from tests.integration.notifications.house import announcement, call_in_day, person, rally
from tests.integration.notifications.sending import PATIENCE, Killed, Sending

A_SECOND = timedelta(seconds=1)
THANKS = {"channel": "email", "kind": "thanks"}


@pytest.fixture
def signed(sending: Sending) -> Sending:
    """Five people signed in English and French and agreed to e-mail; thanks and letters are planned."""
    sending.house.open_petition()
    people = [person(number, language="fr" if number > 3 else "en", agrees_to=("email",)) for number in range(1, 6)]
    sending.house.sign(*people)
    return sending


def without_letters(sending: Sending) -> Sending:
    """As if the letters had gone already."""
    sending.house.set_states("delivered", channel="letter")
    return sending


@pytest.fixture
def killed(signed: Sending) -> Sending:
    """The process died while it sent the thanks of four, before SendGrid had them."""
    signed.execute("UPDATE deliveries SET language = 'en'")
    signed.mail.failing = [Killed()]  # type: ignore[list-item]
    with suppress(Killed):
        without_letters(signed).send_mail()
    assert set(signed.states(**THANKS)) == {("sending", None)}
    return signed


def sendgrid_speaks(sending: Sending) -> None:
    """SendGrid tells of other e-mails."""
    with sending.house.backbone.database.transaction() as transaction:
        TimesHeard(transaction).note(SENDGRID, sending.clock())


def test_e_mails_alike_go_in_one_request_with_what_differs_for_each(signed: Sending) -> None:
    without_letters(signed).send_mail()

    assert sorted(len(emails) for _, emails in signed.mail.requests) == [2, 3]
    ((template, email),) = signed.mail.to("person1@example.org")
    assert template.subject == "Thank you for signing: Fix permits"
    assert "Thanks {first_name}" in template.text
    assert email.fields["first_name"] == "Ada"
    assert set(signed.states(**THANKS)) == {("accepted", None)}


def test_an_e_mail_says_who_sends_it_and_how_to_stop_with_one_click(signed: Sending) -> None:
    without_letters(signed).send_mail()

    ((template, email),) = signed.mail.to("person1@example.org")
    link = email.fields["unsubscribe_link"]
    assert email.headers["List-Unsubscribe"] == f"<{link}>"
    assert email.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for body in (template.text, template.html):
        assert "Students United" in body
        assert "1 Example Street, Toronto" in body
        assert "{unsubscribe_link}" in body
    page = signed.house.client.post(link.removeprefix("http://127.0.0.1:8000"), data={"List-Unsubscribe": "One-Click"})
    assert page.status_code == 204
    assert signed.house.contact(person(1)).may_email is False


def test_everybody_reads_their_own_language(signed: Sending) -> None:
    without_letters(signed).send_mail()

    ((template, _),) = signed.mail.to("person5@example.org")
    assert template.subject == "Merci d’avoir signé : Les permis"
    assert "Se désabonner" in template.html


def test_a_request_with_a_bad_address_fails_for_that_address_alone(signed: Sending) -> None:
    signed.mail.bad_addresses = {"person2@example.org"}

    without_letters(signed).send_mail()

    assert sorted(email.to for _, email in signed.mail.sent) == [f"person{n}@example.org" for n in (1, 3, 4, 5)]
    assert sorted(signed.states(**THANKS)) == [("accepted", None)] * 4 + [("failed", "invalid_address")]
    address = signed.house.contact(person(2)).email_id
    assert signed.house.ask(lambda records: records.suppressions.among([address])) == {address: "no_good"}


def test_what_is_refused_in_halves_survives_a_kill_in_between(signed: Sending) -> None:
    signed.mail.bad_addresses = {"person2@example.org"}
    loop = without_letters(signed).mail_loop()

    for _ in range(2):
        loop()
    signed.send_mail()

    assert len(signed.mail.sent) == 4
    assert sorted(signed.states(**THANKS)) == [("accepted", None)] * 4 + [("failed", "invalid_address")]


def test_what_sendgrid_cannot_take_now_is_tried_again_later(signed: Sending) -> None:
    signed.mail.failing = [TryLater("HTTP 429"), TryLater("HTTP 429")]

    without_letters(signed).send_mail()
    assert signed.mail.sent == []
    signed.clock.passes(timedelta(seconds=3))
    signed.send_mail()

    assert len(signed.mail.sent) == 5


def test_consent_is_checked_again_when_an_e_mail_is_taken_in_hand(signed: Sending) -> None:
    signed.execute("UPDATE contacts SET may_email = false WHERE language = 'fr'")

    without_letters(signed).send_mail()

    assert sorted(signed.states(**THANKS)) == [("accepted", None)] * 3 + [("dropped", "no_consent")] * 2


def test_a_slow_provider_holds_no_connection_to_the_database(signed: Sending) -> None:
    held: list[int] = []
    pool = signed.house.backbone.database.engine.pool
    signed.mail.meanwhile = lambda emails: held.append(pool.checkedout())  # type: ignore[attr-defined]

    without_letters(signed).send_mail()

    assert held == [0, 0]


def test_silence_is_waited_for(killed: Sending) -> None:
    killed.clock.passes(PATIENCE.silence / 2)
    sendgrid_speaks(killed)

    killed.look_after(PATIENCE.silence / 2 - A_SECOND)

    assert set(killed.states(**THANKS)) == {("sending", None)}


def test_what_sendgrid_is_silent_of_while_it_tells_of_others_is_sent_again(killed: Sending) -> None:
    killed.clock.passes(PATIENCE.silence / 2)
    sendgrid_speaks(killed)

    killed.look_after(PATIENCE.silence / 2)
    killed.send_mail()

    assert len(killed.mail.sent) == 5
    assert set(killed.states(**THANKS)) == {("accepted", None)}


def test_what_nothing_was_heard_of_at_all_is_never_sent_again(killed: Sending) -> None:
    sendgrid_speaks(killed)
    for _ in range(3):
        killed.look_after(PATIENCE.speaks_within / 3)
        sendgrid_speaks(killed)
        killed.send_mail()

    assert killed.mail.sent == []
    assert set(killed.states(**THANKS)) == {("failed", "unknown")}


def test_an_event_about_one_e_mail_says_that_the_whole_request_was_taken(killed: Sending) -> None:
    first, *others = killed.house.ledger(**THANKS)
    killed.hear(Receipt(delivery_id=str(first.id), state=State.DELIVERED, provider_id="r1"))
    killed.clock.passes(PATIENCE.silence / 2)
    sendgrid_speaks(killed)

    killed.look_after(PATIENCE.silence / 2)
    killed.send_mail()

    assert killed.mail.sent == []
    assert {row.state for row in killed.house.ledger(**THANKS)} == {"delivered", "accepted"}
    assert len(others) == 4


def test_an_event_after_the_guess_knows_better(killed: Sending) -> None:
    killed.look_after(PATIENCE.speaks_within)
    killed.look_after(PATIENCE.silence)
    first, *_ = killed.house.ledger(**THANKS)
    assert (first.state, first.reason) == ("failed", "unknown")

    killed.hear(Receipt(delivery_id=str(first.id), state=State.DELIVERED, provider_id="r1"))

    assert [row.state for row in killed.house.ledger(id=first.id)] == ["delivered"]


def test_a_lost_answer_is_settled_by_the_events(signed: Sending) -> None:
    signed.mail.failing = [OutcomeUnknown("HTTP 502"), OutcomeUnknown("HTTP 502")]
    without_letters(signed).send_mail()
    assert set(signed.states(**THANKS)) == {("sending", None)}

    ids = [str(row.id) for row in signed.house.ledger(**THANKS)]
    signed.hear(*[Receipt(delivery_id=id_, state=State.ACCEPTED, provider_id="r1") for id_ in ids])
    sendgrid_speaks(signed)
    signed.look_after(PATIENCE.silence * 2)
    signed.send_mail()

    assert len(signed.mail.sent) == 5
    assert set(signed.states(**THANKS)) == {("accepted", None)}


def test_an_e_mail_of_which_nothing_more_was_heard_is_given_up_after_some_days(signed: Sending) -> None:
    without_letters(signed).send_mail()

    signed.look_after(PATIENCE.give_up)

    assert set(signed.states(**THANKS)) == {("failed", "no_receipt")}


def test_an_announcement_is_filled_in_for_each_and_safe_for_html(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, name="Ada <b>Q", agrees_to=("email",)))
    sending.house.set_states("delivered", lane=1)
    sending.house.hear(call_in_day(announcement(("email",))))
    sending.house.work()
    sending.execute(
        'UPDATE broadcasts SET wordings = \'[{"language": "en", "email_subject": "{title}, {first_name}",'
        ' "email_body": "Dear {first_name} of {riding},\\n\\n**ring** [now]({call_me_link}) or see {link}."}]\'::jsonb'
    )
    sending.clock.passes(A_SECOND)

    sending.send_mail()

    ((template, email),) = sending.mail.to("person1@example.org")
    assert template.subject == "Call-in day, {first_name}"
    assert '<strong>ring</strong> <a href="{call_me_link}"' in template.html
    assert 'href="http://127.0.0.1:8000/call-campaigns/call-in-day"' in template.html
    assert "now: {call_me_link}" in template.text
    assert email.fields["first_name"] == "Ada"
    assert email.fields["riding"] == "your riding"
    assert email.fields["call_me_link"].startswith("http://127.0.0.1:8000/call-me/")


def test_e_mails_go_out_at_any_hour(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("email",)))
    sending.house.set_states("delivered", lane=1)
    sending.house.hear(rally(announced=announcement(("email",))))
    sending.house.work()
    sending.clock.passes(A_SECOND)

    sending.send_mail()

    assert sending.states(kind="announcement") == [("accepted", None)]
