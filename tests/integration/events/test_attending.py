"""How supporters come: by the page, by the API and by text; and what is kept of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.events.domain.attendance import Status, Via
from services.events.use_cases.attend import SEALED_AS
from shared.bus.outcomes import Retry
from shared.domain_events.events import AttendanceAdded, AttendanceChanged
from shared.domain_events.organizers import SupporterErased
from tests.integration.events.hall import ADA, PAGE, Hall
from tests.unit.events.gatherings import AFTER, BEFORE

API = f"{PAGE}/attendances"


def test_a_guest_of_the_page_is_thanked_and_told_of_to_the_other_services(hall: Hall) -> None:
    hall.schedule()

    answer = hall.attend()

    assert (answer.status_code, answer.location) == (303, f"{PAGE}/thanks")
    assert "See you there" in hall.client.get(answer.location).text
    (added,) = hall.posted(AttendanceAdded)
    assert (added.supporter_id, added.via, added.language) == (hall.supporter(), "page", "en")
    assert added.supporter is not None
    opened = hall.backbone.vault.open(added.supporter.id, added.supporter.sealed, AttendanceAdded.type)
    assert opened == {"name": "Ada Lim", "email": "ada@example.org", "phone": "+14165550123"}
    kept = hall.attendance(hall.supporter())
    assert kept is not None
    assert kept.sealed is not None
    assert hall.backbone.vault.open(kept.supporter_id, kept.sealed, SEALED_AS) == opened


def test_the_api_answers_alike_the_first_time_and_the_second(hall: Hall) -> None:
    hall.schedule()

    answers = [hall.client.post(API, json=ADA) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json == {"gathering": "rally-toronto", "status": "coming"}
    assert len(hall.posted(AttendanceAdded)) == 1
    assert hall.coming().page == 1


def test_the_same_person_counts_once_however_they_write_their_address(hall: Hall) -> None:
    hall.schedule()

    for email in ("ada@example.org", "Ada+rally@Example.org", " ada@example.org "):
        assert hall.attend(email=email).status_code == 303

    assert hall.coming().total == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u202e"}, "name"),
        ({"email": "", "phone": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_what_is_missing_or_wrong_is_said_on_the_page_and_in_the_api(
    hall: Hall, changes: dict[str, str], field: str
) -> None:
    hall.schedule()

    page = hall.attend(**changes)
    api = hall.client.post(API, json={name: value or None for name, value in (ADA | changes).items()})

    assert (page.status_code, api.status_code) == (422, 422)
    assert f'id="problem-{field}"' in page.text
    assert field in api.json["fields"]  # type: ignore[index]
    assert hall.coming().total == 0


def test_a_name_in_any_script_is_welcome(hall: Hall) -> None:
    hall.schedule()

    for person, name in enumerate(("ਅਮ੍ਰਿਤ ਕੌਰ", "李小龍", "Zoë O’Neil", "عائشة")):
        assert hall.attend(name=name, email=f"guest{person}@example.org").status_code == 303

    assert hall.coming().page == 4


@pytest.mark.parametrize(
    ("changes", "moment", "status", "said"),
    [
        ({"capacity": 1}, BEFORE, 409, "Every place is taken"),
        ({}, AFTER, 410, "This event is over"),
    ],
)
def test_what_takes_nobody_says_so(hall: Hall, changes: dict[str, Any], moment: Any, status: int, said: str) -> None:
    hall.schedule(**changes)
    hall.attend(email="first@example.org")
    hall.moment.move_to(moment)

    page, api = hall.attend(), hall.client.post(API, json=ADA)

    assert (page.status_code, api.status_code) == (status, status)
    assert said in page.text
    assert said in hall.client.get(PAGE).text
    assert hall.attendance(hall.supporter()) is None


def test_who_has_a_place_at_a_full_gathering_is_answered_like_a_stranger(hall: Hall) -> None:
    hall.schedule(capacity=1)
    hall.attend()

    again, stranger = (hall.client.post(API, json=ADA | {"email": email}) for email in (ADA["email"], "bo@example.org"))

    assert (again.status_code, again.json) == (stranger.status_code, stranger.json)
    assert hall.coming().total == 1


def test_a_cancelled_gathering_takes_nobody(hall: Hall) -> None:
    hall.schedule()
    with hall.backbone.database.transaction() as transaction:
        transaction.exec_driver_sql("UPDATE gatherings SET state = 'cancelled'")

    assert hall.attend().status_code == 410
    assert hall.coming().total == 0


def test_a_draft_and_what_does_not_exist_are_not_found(hall: Hall) -> None:
    hall.draft()

    for slug in ("rally-toronto", "nowhere"):
        assert hall.attend(slug).status_code == 404
        assert hall.client.post(f"/events/{slug}/attendances", json=ADA).status_code == 404
        assert hall.client.get(f"/events/{slug}/thanks").status_code == 404


def test_a_yes_by_text_admits_and_a_second_one_changes_nothing(hall: Hall) -> None:
    hall.schedule()

    event_id = hall.reply("somebody")
    hall.reply("somebody")

    (added,) = hall.posted(AttendanceAdded)
    assert (added.supporter_id, added.via, added.supporter, added.cause) == ("somebody", "text", None, str(event_id))
    assert hall.coming().text == 1


def test_a_no_by_text_takes_the_yes_back_and_a_new_yes_brings_it_again(hall: Hall) -> None:
    hall.schedule()
    hall.attend()
    ada = hall.supporter()

    hall.moment.shift(60)
    hall.reply(ada, "no")
    after_no = hall.coming().total
    hall.moment.shift(60)
    hall.reply(ada, "yes")

    assert after_no == 0
    assert [one.status for one in hall.posted(AttendanceChanged)] == ["cancelled", "coming"]
    kept = hall.attendance(ada)
    assert kept is not None
    assert (kept.status, kept.via) == (Status.COMING, Via.TEXT)
    assert kept.sealed is not None
    assert len(hall.posted(AttendanceAdded)) == 1


def test_a_no_of_somebody_who_was_not_coming_says_nothing(hall: Hall) -> None:
    hall.schedule()

    hall.reply("somebody", "no")

    assert hall.rows() == []
    assert hall.posted(AttendanceChanged) == []


@pytest.mark.parametrize(
    ("meaning", "gathering"), [("call", "rally-toronto"), ("stop", "rally-toronto"), ("yes", None), ("other", None)]
)
def test_a_reply_about_something_else_admits_nobody(hall: Hall, meaning: str, gathering: str | None) -> None:
    hall.schedule()

    hall.reply("somebody", meaning, gathering)

    assert hall.rows() == []


def test_a_yes_that_overtakes_the_gathering_is_tried_again(hall: Hall) -> None:
    with pytest.raises(Retry):
        hall.reply("somebody")
    hall.schedule()

    hall.reply("somebody")

    assert hall.coming().text == 1


def test_a_yes_to_what_is_over_or_full_changes_nothing(hall: Hall) -> None:
    hall.schedule(capacity=1)
    hall.reply("first")

    hall.reply("second")
    hall.moment.move_to(AFTER)
    hall.reply("third")

    assert [row.supporter_id for row in hall.rows()] == ["first"]


def test_who_is_erased_is_unlinked_and_still_counted(hall: Hall) -> None:
    hall.schedule()
    hall.schedule(slug="another")
    hall.attend()
    hall.attend("another")
    ada = hall.supporter()
    hall.moment.shift(timedelta(hours=3))
    hall.reply(ada, "no", "another")

    hall.backbone.vault.erase(ada)
    hall.hear(SupporterErased(supporter_id=ada, erased_at=hall.backbone.clock()))

    (row,) = hall.rows()
    assert (row.gathering, row.supporter_id, row.sealed, row.language) == ("rally-toronto", None, None, None)
    assert row.answered_at.hour == 0
    assert hall.coming().total == 1
    assert ada not in str(hall.rows())


def test_who_was_erased_may_come_again_as_somebody_new(hall: Hall) -> None:
    hall.schedule()
    hall.attend()
    hall.backbone.vault.erase(hall.supporter())
    hall.hear(SupporterErased(supporter_id=hall.supporter(), erased_at=hall.backbone.clock()))

    hall.attend()

    assert hall.coming().total == 2


def test_what_somebody_says_after_they_were_erased_is_theirs_to_keep(hall: Hall) -> None:
    """The word of an erasure may arrive late: after a stop of the worker, or replayed from the dead letters."""
    hall.schedule()
    erased = SupporterErased(supporter_id=hall.supporter(), erased_at=hall.backbone.clock())
    hall.moment.shift(timedelta(hours=1))
    hall.attend()

    hall.hear(erased)

    kept = hall.attendance(hall.supporter())
    assert kept is not None
    assert kept.sealed is not None


def test_nothing_personal_is_kept_in_clear(hall: Hall) -> None:
    hall.schedule()
    hall.attend()

    with hall.backbone.database.transaction() as transaction:
        names = transaction.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
        dump = " ".join(str(transaction.exec_driver_sql(f"SELECT * FROM {name}").all()) for name in names.all())

    for personal in ("Ada Lim", "ada@", "4165550123"):
        assert personal not in dump


def test_places_are_not_given_twice_to_guests_who_come_at_once(hall: Hall) -> None:
    hall.schedule(capacity=3)
    app = hall.client.application

    def attend(person: int) -> int:
        guest = ADA | {"email": f"guest{person}@example.org"}
        return app.test_client().post(API, json=guest).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(attend, range(12)))

    assert sorted(answers) == [201] * 3 + [409] * 9
    assert hall.coming().total == 3
