"""What organizers see of broadcasts, and the count that they are shown before they confirm."""

import re

import pytest
from werkzeug.datastructures import MultiDict

from services.notifications.domain.broadcast import BroadcastState, Numbers
from shared.domain_events.announcement import Audience
from shared.web.announcing import read_announcement
from shared.web.guard import Organizer
from tests.integration.notifications.house import House, announcement, person, rally

COUNT = "/console/audiences/count"
LIST = "/console/broadcasts"
CROWD = [person(number) for number in range(20, 50)]


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


@pytest.fixture
def page(house: House) -> str:
    """An organizer is signed in, and a broadcast of a crowd is held; its page."""
    house.sign(*CROWD)
    house.hear(rally(announced=announcement(texts=5, emails=30)))
    house.work()
    house.sign_in()
    return f"{LIST}/{house.broadcast().id}"


def text_of(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that approves."""
    form = page.partition("/approve")[2].partition("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize("path", [LIST, f"{LIST}/01a210be-f533-7444-a423-235e2bfc068a"])
def test_a_visitor_is_sent_to_sign_in(house: House, path: str) -> None:
    answer = house.client.get(path)

    assert answer.status_code == 302
    assert answer.location.startswith("/console/sign-in")


def test_a_visitor_counts_nobody(house: House) -> None:
    assert house.client.post(COUNT, data={"channels": "text"}).status_code == 401


def test_a_count_needs_the_token_of_the_page(house: House) -> None:
    house.sign_in()

    assert house.client.post(COUNT, data={"channels": "text"}).status_code == 400


def test_an_organizer_is_told_how_many_an_announcement_reaches(house: House) -> None:
    house.sign(person(1), person(2, language="fr"), person(3, agrees_to=("email", "call")))
    house.sign_in()
    token = house.csrf_from(LIST)
    fields = MultiDict(
        [("channels", "text"), ("channels", "email"), ("channels", "ring"), ("audience_campaign", "#status-for-all")]
    )

    answer = house.client.post(COUNT, data=fields, headers={"X-CSRFToken": token})

    assert answer.status_code == 200
    assert answer.json is not None
    assert {name: answer.json[name] for name in ("texts", "emails", "rings")} == {"texts": 2, "emails": 3, "rings": 1}
    assert "text 2 people" in answer.json["sentence"]
    confirmed = MultiDict(
        [
            *fields.items(multi=True),
            ("counted", answer.json["token"]),
            *((f"wording_en_{part}", "Come") for part in ("text", "subject", "body")),
        ]
    )
    with house.client.application.test_request_context():
        approved = read_announcement(
            confirmed, Organizer("olivia", "Olivia", "organizer"), house.backbone.settings.secret_key
        )
    assert approved is not None
    assert (approved.counted_texts, approved.counted_emails, approved.counted_rings) == (2, 3, 1)
    assert approved.audience == Audience(campaign="status-for-all")


def test_an_audience_that_does_not_exist_is_refused(house: House) -> None:
    house.sign_in()
    token = house.csrf_from(LIST)

    answer = house.client.post(COUNT, data={"audience_provinces": "ZZ"}, headers={"X-CSRFToken": token})

    assert answer.status_code == 422


def test_before_anything_was_announced_the_list_says_so(house: House) -> None:
    house.sign_in()

    assert "Nothing was announced yet." in house.client.get(LIST).text


def test_the_list_shows_what_became_of_each_broadcast(house: House) -> None:
    house.sign(*CROWD)
    house.hear(rally(announced=announcement(texts=30, emails=30)))
    house.work()
    house.set_states("delivered", channel="email", kind="announcement")
    house.sign_in()

    shown = text_of(house.client.get(LIST).text)

    assert "Rally Event announced · rallies Being sent 60 60 30 0 0" in shown


def test_older_broadcasts_are_a_page_away(house: House) -> None:
    for number in range(31):
        house.hear(rally(announced=announcement(), gathering=f"rally-{number}", campaign=f"campaign-{number:02d}"))
    house.sign_in()

    first = house.client.get(LIST).text
    last = first.partition("?before=")[2].partition('"')[0]
    second = house.client.get(f"{LIST}?before={last}").text

    assert ("campaign-01" in first, "campaign-00" in first) == (True, False)
    assert ("campaign-01" in second, "campaign-00" in second) == (False, True)
    assert "Older ones" not in second
    assert house.client.get(f"{LIST}?before=yesterday").status_code == 404


def test_a_broadcast_shows_its_messages_by_channel_and_state_with_reasons(house: House) -> None:
    house.sign(*CROWD[:4])
    house.hear(rally(announced=announcement(texts=4, emails=4)))
    house.work()
    house.set_states("failed", channel="text", kind="announcement", supporter_id=house.id_of(CROWD[0]))
    house.set_states("accepted", channel="email", kind="announcement")
    house.sign_in()

    shown = text_of(house.client.get(f"{LIST}/{house.broadcast().id}").text)

    assert "Texts Waiting 3 " in shown
    assert "Texts Failed 1 – " in shown
    assert "E-mails Sent, not yet confirmed 4 " in shown
    assert "Why some did not arrive" in shown
    assert "No reason was given" in shown
    assert "en {title}" in shown


def test_a_held_broadcast_shows_the_new_numbers_and_is_sent_to_them_on_request(house: House, page: str) -> None:
    shown = house.client.get(page).text
    assert "Held: more people than were approved" in shown
    assert "This will text 30 people and e-mail 30 people." in text_of(shown)

    answer = house.client.post(f"{page}/approve", data=hidden(shown))
    house.work()

    assert (answer.status_code, answer.location) == (303, page)
    sent = house.broadcast()
    assert (sent.state, sent.approved) == (BroadcastState.SENDING, Numbers(texts=30, emails=30))
    assert sent.approved_by == "olivia"
    assert len(house.ledger(kind="announcement")) == 60


def test_only_the_numbers_that_were_shown_are_approved(house: House, page: str) -> None:
    shown = hidden(house.client.get(page).text)
    house.sign(*(person(number) for number in range(100, 130)))

    house.client.post(f"{page}/approve", data=shown)
    house.work()

    assert house.broadcast().state == BroadcastState.HELD
    assert house.ledger(kind="announcement") == []


def test_what_two_organizers_approve_at_once_is_approved_once(house: House, page: str) -> None:
    shown = hidden(house.client.get(page).text)

    first, second = (house.client.post(f"{page}/approve", data=shown) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 409)


@pytest.mark.parametrize("texts", ["", "-1", "many", "1e3", "9" * 10])
def test_a_number_that_is_none_approves_nothing(house: House, page: str, texts: str) -> None:
    fields = hidden(house.client.get(page).text) | {"texts": texts}

    assert house.client.post(f"{page}/approve", data=fields).status_code == 422
    assert house.broadcast().state == BroadcastState.HELD


def test_a_button_without_the_token_of_its_page_does_nothing(house: House, page: str) -> None:
    assert house.client.post(f"{page}/stop").status_code == 400
    assert house.broadcast().state == BroadcastState.HELD


def test_an_organizer_stops_a_broadcast_once(house: House) -> None:
    house.sign(*CROWD)
    house.hear(rally(announced=announcement(texts=30, emails=30)))
    house.work()
    house.sign_in()
    page = f"{LIST}/{house.broadcast().id}"
    token = {"csrf_token": house.csrf_from(page)}

    first, second = (house.client.post(f"{page}/stop", data=token) for _ in range(2))
    house.work()

    assert (first.status_code, second.status_code) == (303, 409)
    assert {row.state for row in house.ledger(kind="announcement")} == {"dropped"}
    shown = text_of(house.client.get(page).text)
    assert "Stopped" in shown
    assert "The broadcast was stopped 30" in shown
    assert "Send nothing more" not in shown


@pytest.mark.parametrize("deed", ["", "/approve", "/stop"])
def test_a_broadcast_that_does_not_exist_is_not_found(house: House, page: str, deed: str) -> None:
    unknown = f"{LIST}/01a210be-f533-7444-a423-235e2bfc068a{deed}"
    fields = hidden(house.client.get(page).text)

    answer = house.client.post(unknown, data=fields) if deed else house.client.get(unknown)

    assert answer.status_code == 404


def test_the_console_speaks_french(house: House, page: str) -> None:
    listed, shown = (text_of(house.client.get(f"{path}?lang=fr").text) for path in (LIST, page))

    assert "Retenu : à vous de décider" in listed
    assert "Envoyer 60 messages" in shown
    for english in ("Broadcasts", "Held", "Approved", "What became", "Send nothing"):
        assert english not in listed + shown
