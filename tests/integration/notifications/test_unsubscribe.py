"""The link in every e-mail ends them, at once and for as long as it is kept."""

from datetime import timedelta

import pytest
import time_machine

from shared.clock import now
from shared.domain_events.notifications import ConsentGiven, ConsentWithdrawn
from shared.web.links import unsubscribe_link
from tests.integration.notifications.house import House, announcement, person, rally

ADA = person(1)


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()
    house.sign(ADA)


def link(house: House) -> str:
    """The path of Ada's link."""
    whole = unsubscribe_link(house.backbone.settings, house.id_of(ADA))
    return whole.removeprefix(house.backbone.settings.public_url)


def test_opening_the_link_asks_and_changes_nothing(house: House) -> None:
    answer = house.client.get(link(house))

    assert answer.status_code == 200
    assert "End the e-mails" in answer.text
    assert house.contact(ADA).may_email is True
    assert house.posted(ConsentWithdrawn) == []


def test_pressing_the_button_ends_the_emails_and_says_so(house: House) -> None:
    house.hear(rally(announced=announcement()))
    house.work()

    answer = house.client.post(link(house))

    assert answer.status_code == 200
    assert "You will get no more e-mails from us." in answer.text
    assert (house.contact(ADA).may_email, house.contact(ADA).may_text) == (False, True)
    assert house.said(ADA)[-1] == ("email", "withdrawn", "link")
    assert [(one.channel, one.source) for one in house.posted(ConsentWithdrawn)] == [("email", "link")]
    assert {row.state for row in house.ledger(channel="email")} == {"dropped"}
    assert {row.state for row in house.ledger(channel="letter")} == {"planned"}
    assert {row.state for row in house.ledger(channel="text")} == {"planned"}


def test_a_mail_program_does_it_with_one_click(house: House) -> None:
    answer = house.client.post(link(house), data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.data) == (204, b"")
    assert "Set-Cookie" not in answer.headers
    assert house.contact(ADA).may_email is False


def test_doing_it_twice_is_told_once(house: House) -> None:
    for _ in range(2):
        assert house.client.post(link(house)).status_code == 200

    assert len(house.posted(ConsentWithdrawn)) == 1
    assert len(house.said(ADA)) == 3


def test_it_can_be_taken_back(house: House) -> None:
    house.client.post(link(house))

    answer = house.client.post(f"{link(house)}/undo?lang=fr")

    assert answer.status_code == 200
    assert house.contact(ADA).may_email is True
    assert house.said(ADA)[-1] == ("email", "given", "page")
    again = house.posted(ConsentGiven)[-1]
    assert (again.channel, again.source) == ("email", "page")


def test_taking_it_back_twice_changes_nothing_more(house: House) -> None:
    house.client.post(link(house))

    for _ in range(2):
        house.client.post(f"{link(house)}/undo")

    assert len([one for one in house.posted(ConsentGiven) if one.channel == "email"]) == 2


def test_nobody_begins_to_agree_by_taking_back_what_they_never_ended(house: House) -> None:
    quiet = person(2, agrees_to=())
    house.sign(quiet)
    path = unsubscribe_link(house.backbone.settings, house.id_of(quiet)).split("8000")[1]

    house.client.post(f"{path}/undo")

    assert house.contact(quiet).may_email is False


@pytest.mark.parametrize("token", ["x", "ImEi.abc", "WyJhIl0.x"])
def test_a_link_that_nobody_signed_is_not_found(house: House, token: str) -> None:
    assert house.client.get(f"/unsubscribe/{token}").status_code == 404
    assert house.client.post(f"/unsubscribe/{token}").status_code == 404


def test_somebody_unknown_is_answered_alike(house: House) -> None:
    known = house.client.post(link(house))
    path = unsubscribe_link(house.backbone.settings, "f" * 32).split("8000")[1]

    unknown = house.client.post(path)

    assert unknown.status_code == known.status_code
    assert unknown.text.replace(path, "") == known.text.replace(link(house), "")


def test_the_page_does_not_say_whose_link_it_is(house: House) -> None:
    page = house.client.get(link(house)).text

    assert "example.org" not in page
    assert "Ada" not in page


def test_an_old_link_still_works(house: House) -> None:
    path = link(house)

    with time_machine.travel(now() + timedelta(days=400)):
        assert house.client.post(path).status_code == 200

    assert house.contact(ADA).may_email is False


def test_the_page_speaks_french(house: House) -> None:
    asked, ended = house.client.get(f"{link(house)}?lang=fr").text, house.client.post(f"{link(house)}?lang=fr").text

    assert "Plus de courriels ?" in asked
    assert "Vous ne recevrez plus de courriels de notre part." in ended
    assert "e-mail" not in asked + ended
