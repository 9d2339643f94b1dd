"""How an organizer makes, announces, watches and calls off a gathering."""

import re
from typing import Any

import pytest

from services.events.domain.gathering import State
from shared.domain_events.announcement import Audience
from shared.domain_events.events import GatheringCancelled, GatheringScheduled
from shared.web.announcing import sign_count
from tests.integration.events.hall import Hall, form
from tests.unit.events.gatherings import AFTER, rally

LIST, NEW = "/console/events", "/console/events/new"
BOARD = f"{LIST}/rally-toronto"
REVIEW, SCHEDULE, EDIT, CANCEL = f"{BOARD}/review", f"{BOARD}/schedule", f"{BOARD}/edit", f"{BOARD}/cancel"


@pytest.fixture
def signed_in(hall: Hall) -> Hall:
    hall.sign_in()
    return hall


def announcement(hall: Hall, *channels: str, **changes: Any) -> dict[str, Any]:
    """The fields that a review page sends once its announcement was counted."""
    audience = Audience(campaign="status-for-all")
    secret = hall.backbone.settings.secret_key
    return {
        "channels": list(channels),
        "audience_campaign": "status-for-all",
        "wording_en_text": "{first_name}, will you come to {place} in {city} on {when}?",
        "wording_en_subject": "{title}",
        "wording_en_body": "[Come]({link})",
        "counted": sign_count(secret, audience, channels, texts=2, emails=3, rings=0),
    } | changes


def test_an_organizer_keeps_a_draft_and_is_shown_its_review(signed_in: Hall) -> None:
    answer = signed_in.submit(NEW, LIST, form())

    assert (answer.status_code, answer.location) == (303, REVIEW)
    assert signed_in.known() == rally(state=State.DRAFT)
    review = signed_in.client.get(REVIEW).text
    for shown in (
        "Rally for renewable permits",
        "Rassemblement pour des permis renouvelables",
        "Saturday, December 5, 2026",
        "Eastern Standard Time",
        "344 Bloor Street West, Toronto",
        "Reply YES or NO",
        "Répondez OUI ou NON",
    ):
        assert shown in review.replace("&#39;", "'")
    assert 'name="channels" value="text"' in review
    assert 'value="ring"' not in review
    assert signed_in.client.get("/events/rally-toronto").status_code == 404
    assert signed_in.posted(GatheringScheduled) == []


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"title_en": "", "title_fr": "", "description_en": ""}, "title_en", "Please fill this in."),
        ({"title_en": ""}, "title_en", "Please fill this in."),
        ({"slug": "Rally!"}, "slug", "Use small letters"),
        ({"slug": "new"}, "slug", "Choose another address."),
        ({"kind": "riot"}, "kind", "Choose one of"),
        ({"day": "soon"}, "day", "Choose a date."),
        ({"starts": ""}, "starts", "Please fill this in."),
        ({"ends": "14:00"}, "ends", "It would end before it starts."),
        ({"last_day": "2027-05-01"}, "last_day", "It would last for more than a month."),
        ({"day": "2026-03-08", "starts": "02:30", "ends": "04:00"}, "starts", "The clocks are put forward"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Choose one of"),
        ({"city": ""}, "city", "Say where people meet."),
        ({"venue": "", "address": ""}, "venue", "Say where people meet."),
        ({"capacity": "0"}, "capacity", "Write a number from 1 to 1000000."),
        ({"title_en": "a\u202eb"}, "title_en", "There is a character in it that cannot be shown."),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_beside_its_field(
    signed_in: Hall, changes: dict[str, str], field: str, problem: str
) -> None:
    answer = signed_in.submit(NEW, LIST, form(**changes))

    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert problem in answer.text
    assert 'value="344 Bloor Street West"' in answer.text or "address" in changes
    assert signed_in.known() is None


def test_an_address_that_is_taken_is_said_so_and_what_was_typed_stays(signed_in: Hall) -> None:
    signed_in.submit(NEW, LIST, form())

    answer = signed_in.submit(NEW, LIST, form(title_en="Another"))

    assert answer.status_code == 422
    assert "There is an event with this address already." in answer.text
    assert 'value="14:45"' in answer.text


def test_a_draft_can_be_changed_and_keeps_its_address(signed_in: Hall) -> None:
    signed_in.submit(NEW, LIST, form())
    shown = signed_in.client.get(EDIT).text
    assert 'value="2026-12-05"' in shown
    assert 'value="14:45"' in shown

    answer = signed_in.submit(EDIT, EDIT, form(title_en="A larger rally", slug="another", capacity="500"))

    assert (answer.status_code, answer.location) == (303, REVIEW)
    known = signed_in.known()
    assert known is not None
    assert (known.text("en").title, known.capacity) == ("A larger rally", 500)
    assert signed_in.known("another") is None


def test_scheduling_says_what_was_counted_and_all_that_is_known(signed_in: Hall) -> None:
    signed_in.submit(NEW, LIST, form())

    answer = signed_in.submit(REVIEW, SCHEDULE, announcement(signed_in, "text", "email"))

    assert (answer.status_code, answer.location) == (303, BOARD)
    (scheduled,) = signed_in.posted(GatheringScheduled)
    known = rally()
    assert (scheduled.starts_at, scheduled.ends_at) == (known.when.starts_at, known.when.ends_at)
    assert (scheduled.place, scheduled.city) == (known.place.in_one_line, "Toronto")
    assert [text.language for text in scheduled.texts] == ["en", "fr"]
    assert scheduled.announcement is not None
    assert scheduled.announcement.channels == ("text", "email")
    assert (scheduled.announcement.counted_texts, scheduled.announcement.counted_emails) == (2, 3)
    assert scheduled.announcement.approved_by == "organizer-1"
    assert signed_in.client.get("/events/rally-toronto").status_code == 200


def test_scheduling_that_tells_nobody_says_so(signed_in: Hall) -> None:
    signed_in.submit(NEW, LIST, form())

    signed_in.submit(REVIEW, SCHEDULE, {})

    assert [one.announcement for one in signed_in.posted(GatheringScheduled)] == [None]


@pytest.mark.parametrize(
    "changes",
    [
        {"counted": ""},
        {"audience_campaign": "everybody"},
        {"wording_en_text": "Call {call_me_link}"},
        {"wording_en_text": ""},
    ],
)
def test_what_was_not_counted_or_cannot_be_sent_schedules_nothing(signed_in: Hall, changes: dict[str, str]) -> None:
    signed_in.submit(NEW, LIST, form())

    answer = signed_in.submit(REVIEW, SCHEDULE, announcement(signed_in, "text", **changes))

    assert answer.status_code == 422
    assert signed_in.posted(GatheringScheduled) == []
    known = signed_in.known()
    assert known is not None
    assert known.state == State.DRAFT


def test_what_was_announced_is_neither_announced_again_nor_changed(signed_in: Hall) -> None:
    signed_in.submit(NEW, LIST, form())
    token = {"csrf_token": signed_in.token(REVIEW)}
    first = signed_in.client.post(SCHEDULE, data=token)

    second = signed_in.client.post(SCHEDULE, data=token)
    change = signed_in.client.post(EDIT, data=form(title_en="Other") | token)

    assert (first.status_code, second.status_code, change.status_code) == (303, 409, 409)
    assert len(signed_in.posted(GatheringScheduled)) == 1
    assert signed_in.client.get(REVIEW).location == BOARD
    assert signed_in.client.get(EDIT).status_code == 409


def test_what_would_be_over_is_not_announced(signed_in: Hall) -> None:
    signed_in.submit(NEW, LIST, form())
    signed_in.moment.move_to(AFTER)
    signed_in.sign_in()

    assert "It would be over already" in signed_in.client.get(REVIEW).text
    answer = signed_in.submit(REVIEW, SCHEDULE, {})

    assert answer.status_code == 409
    assert signed_in.posted(GatheringScheduled) == []


def test_the_board_counts_those_who_come_by_how_they_answered(signed_in: Hall) -> None:
    signed_in.schedule(capacity=10)
    signed_in.attend()
    signed_in.attend(email="bo@example.org")
    signed_in.reply("somebody-who-texts")

    board = _words(signed_in.client.get(BOARD).text)

    for figure in ("3 are coming", "2 by the page", "1 by text", "3 of 10 places are taken"):
        assert figure in board
    assert "3 people are coming" in _words(signed_in.client.get(LIST).text)
    assert "Ada" not in board


def test_a_gathering_is_called_off_with_an_announcement(signed_in: Hall) -> None:
    signed_in.schedule()
    assert "will not take place" in signed_in.client.get(CANCEL).text

    answer = signed_in.submit(CANCEL, CANCEL, announcement(signed_in, "text"))

    assert (answer.status_code, answer.location) == (303, BOARD)
    (cancelled,) = signed_in.posted(GatheringCancelled)
    assert cancelled.announcement is not None
    assert cancelled.announcement.channels == ("text",)
    assert "called off" in signed_in.client.get(BOARD).text
    assert "This event was cancelled." in signed_in.client.get("/events/rally-toronto").text
    assert "rally-toronto" not in signed_in.client.get("/events").text


def test_only_what_is_to_come_is_called_off(signed_in: Hall) -> None:
    signed_in.submit(NEW, LIST, form())
    token = {"csrf_token": signed_in.token(REVIEW)}

    draft = signed_in.client.get(CANCEL).status_code, signed_in.client.post(CANCEL, data=token).status_code
    signed_in.client.post(SCHEDULE, data=token)
    once, twice = (signed_in.client.post(CANCEL, data=token).status_code for _ in range(2))

    assert (draft, once, twice) == ((409, 409), 303, 409)
    assert len(signed_in.posted(GatheringCancelled)) == 1


def test_what_is_over_is_not_called_off(signed_in: Hall) -> None:
    signed_in.schedule()
    signed_in.moment.move_to(AFTER)
    # The session was over too.
    signed_in.sign_in()

    asked = signed_in.client.get(CANCEL)
    called_off = signed_in.submit(NEW, CANCEL, {})

    assert (asked.status_code, called_off.status_code) == (409, 409)
    assert signed_in.posted(GatheringCancelled) == []


def test_the_list_shows_every_gathering(signed_in: Hall) -> None:
    assert "There is none yet" in signed_in.client.get(LIST).text
    signed_in.submit(NEW, LIST, form())
    signed_in.submit(NEW, LIST, form(slug="another", title_en="Another rally"))

    listed = signed_in.client.get(LIST).text

    assert "Rally for renewable permits" in listed
    assert "Another rally" in listed
    assert listed.count("Review and schedule") == 2


@pytest.mark.parametrize("path", [LIST, NEW, BOARD, EDIT, REVIEW, CANCEL])
def test_strangers_are_sent_to_sign_in(hall: Hall, path: str) -> None:
    hall.schedule()

    answer = hall.client.get(path)

    assert answer.status_code == 302
    assert answer.location.startswith("/console/sign-in")


@pytest.mark.parametrize("path", [LIST, EDIT, SCHEDULE, CANCEL])
def test_strangers_and_forms_from_elsewhere_change_nothing(hall: Hall, path: str) -> None:
    hall.draft()
    hall.schedule(slug="announced")
    before = hall.gatherings()

    for slug in ("rally-toronto", "announced"):
        address = path.replace("rally-toronto", slug)
        stranger = hall.client.post(address, data=form(title_en="Changed"))
        hall.sign_in()
        forged = hall.client.post(address, data=form(title_en="Changed"))
        hall.client.delete_cookie("groundswell")
        assert (stranger.status_code, forged.status_code) == (401, 400)

    assert hall.gatherings() == before
    assert hall.posted(GatheringCancelled) == []


def test_what_does_not_exist_is_not_found(signed_in: Hall) -> None:
    for path in (BOARD, EDIT, REVIEW, CANCEL):
        assert signed_in.client.get(path).status_code == 404


def test_what_organizers_write_is_shown_and_never_obeyed(signed_in: Hall) -> None:
    nasty = "<script>alert(1)</script>"
    signed_in.submit(
        NEW, LIST, form(title_en=nasty, description_en=f"{nasty} [x](javascript:alert(1))", venue=nasty, city=nasty)
    )

    pages = [signed_in.client.get(path).text for path in (LIST, REVIEW, EDIT)]
    signed_in.submit(REVIEW, SCHEDULE, {})
    pages += [signed_in.client.get(path).text for path in (BOARD, CANCEL, "/events", "/events/rally-toronto")]

    for page in pages:
        assert nasty not in page
        assert 'href="javascript:' not in page


def test_an_online_gathering_is_announced_without_a_place_to_go_to(signed_in: Hall) -> None:
    online = form(kind="info_session", venue="The link comes by e-mail", address="", city="")

    answer = signed_in.submit(NEW, LIST, online)
    review = signed_in.client.get(REVIEW).text

    assert answer.status_code == 303
    assert "{when}, online. Reply YES or NO." in review
    assert "{place}, {city}" not in review


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
