"""What supporters see of gatherings."""

# ruff: noqa: DTZ001 - what clocks on a wall show has no zone

from datetime import UTC, datetime

import pytest

from services.events.domain.gathering import Kind, Place
from services.events.domain.when import When
from shared.domain_events.events import GatheringScheduled
from tests.integration.events.hall import PAGE, Hall
from tests.unit.events.gatherings import AFTER


def at(day: int, hour: int, zone: str = "America/Toronto", month: int = 12) -> When:
    starts = datetime(2026, month, day, hour)
    return When(starts=starts, ends=starts.replace(hour=hour + 1), time_zone=zone)


def test_what_is_to_come_is_listed_by_day_soonest_first(hall: Hall) -> None:
    hall.schedule()
    hall.schedule(slug="mississauga", when=at(6, 14), place=Place(venue="A mall", city="Mississauga"))
    hall.schedule(slug="earlier", when=at(1, 18), place=Place(venue="A library", city="Toronto"))

    listed = hall.client.get("/events").text

    places = [listed.index(shown) for shown in ("Tuesday, December 1", "Saturday, December 5", "Sunday, December 6")]
    assert places == sorted(places)
    assert listed.index("/events/earlier") < listed.index("/events/rally-toronto") < listed.index("/events/mississauga")


def test_the_list_can_be_of_one_city(hall: Hall) -> None:
    hall.schedule()
    hall.schedule(slug="mississauga", when=at(6, 14), place=Place(venue="A mall", city="Mississauga"))

    listed = hall.client.get("/events?city=Mississauga").text

    assert "/events/mississauga" in listed
    assert "/events/rally-toronto" not in listed
    assert '<option value="Mississauga" selected>' in listed


def test_a_draft_is_not_listed(hall: Hall) -> None:
    hall.draft()

    assert "Nothing is scheduled right now" in hall.client.get("/events").text


def test_what_is_over_is_not_listed_and_its_page_says_so(hall: Hall) -> None:
    hall.schedule()
    hall.moment.move_to(AFTER)

    listed, page = hall.client.get("/events").text, hall.client.get(PAGE).text

    assert "Nothing is scheduled right now" in listed
    assert "This event is over" in page
    assert "Count me in" not in page


def test_a_page_tells_the_time_on_the_clocks_of_its_place(hall: Hall) -> None:
    hall.schedule(when=at(5, 14, "America/Vancouver"))

    english, french = (hall.client.get(f"{PAGE}?lang={language}").text for language in ("en", "fr"))

    assert "2:00\u202fp.m." in english or "2:00 p.m." in english.replace("\xa0", " ")
    assert "Pacific Standard Time" in english
    assert "samedi 5 décembre 2026" in french
    assert "Rassemblement pour des permis renouvelables" in french


@pytest.mark.parametrize(
    ("day", "zone", "hour_in_utc"), [(13, "Eastern Standard Time", 23), (14, "Eastern Daylight Saving Time", 22)]
)
def test_six_in_the_evening_is_six_before_and_after_the_clocks_are_put_forward(
    hall: Hall, day: int, zone: str, hour_in_utc: int
) -> None:
    when = When(starts=datetime(2027, 3, day, 18), ends=datetime(2027, 3, day, 20), time_zone="America/Toronto")
    hall.schedule(when=when)

    page = hall.client.get(PAGE).text
    (scheduled,) = hall.posted(GatheringScheduled)

    assert zone in page
    assert "6:00" in page
    assert scheduled.starts_at == datetime(2027, 3, day, hour_in_utc, tzinfo=UTC)


def test_an_online_gathering_has_no_city(hall: Hall) -> None:
    hall.schedule(kind=Kind.INFO_SESSION, place=Place(venue="The link comes by e-mail"))

    page, listed = hall.client.get(PAGE).text, hall.client.get("/events").text

    assert "The link comes by e-mail" in page
    assert "Online" in page
    assert "The link comes by e-mail" not in listed


def test_few_are_not_shown_as_a_number(hall: Hall) -> None:
    hall.schedule()
    for person in range(4):
        hall.attend(email=f"guest{person}@example.org")
    few = hall.client.get(PAGE).text
    hall.attend(email="fifth@example.org")

    assert "people are coming" not in few
    assert "5 people are coming" in hall.client.get(PAGE).text


def test_the_form_writes_in_the_language_of_the_page(hall: Hall) -> None:
    hall.schedule()

    assert '<option value="fr" selected>' in hall.client.get(f"{PAGE}?lang=fr").text
    assert '<option value="en" selected>' in hall.client.get(PAGE).text


def test_no_cookie_is_set_for_supporters(hall: Hall) -> None:
    hall.schedule()

    answers = [hall.client.get("/events"), hall.client.get(PAGE), hall.attend(), hall.client.get(f"{PAGE}/thanks")]

    assert all("Set-Cookie" not in answer.headers for answer in answers)


@pytest.mark.parametrize("city", ["<script>", "%00", "' OR 1=1 --", "x" * 2000])
def test_an_unsafe_city_is_only_looked_for(hall: Hall, city: str) -> None:
    hall.schedule()

    answer = hall.client.get("/events", query_string={"city": city})

    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src", "")
