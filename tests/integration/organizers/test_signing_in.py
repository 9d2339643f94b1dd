"""An organizer signs in, works for at most twelve hours, and signs out; a stranger learns nothing."""

import re
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from services.organizers.domain.account import Role
from services.organizers.domain.audit import Deed
from services.organizers.domain.throttle import OF_ACCOUNT, OF_PAIR, OF_PLACE
from services.organizers.storage.tables import audit_log, organizers, sessions, sign_in_tries
from tests.integration.organizers.house import EMAIL, NAME, PASSWORD, House
from tests.unit.web.sample import sample_app


def test_the_console_asks_for_a_sign_in_and_goes_on_to_the_page_that_was_wanted(house: House) -> None:
    house.add(role=Role.OWNER)
    browser = house.browser()

    asked = browser.get("/console/erase?lang=fr")
    signed_in = browser.sign_in(next="/console/erase?lang=fr")

    assert (asked.status_code, asked.location) == (302, "/console/sign-in?next=%2Fconsole%2Ferase%3Flang%3Dfr")
    assert (signed_in.status_code, signed_in.location) == (303, "/console/erase?lang=fr")
    assert browser.get("/console/erase?lang=fr").status_code == 200


def test_the_home_greets_by_name_and_leads_to_the_four_lists(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()

    home = browser.get("/console").text

    assert NAME in home
    for address in ("/console/petitions", "/console/events", "/console/call-campaigns", "/console/broadcasts"):
        assert f'href="{address}"' in home


def test_only_owners_are_offered_and_given_what_is_for_owners(house: House) -> None:
    house.add()
    house.add("owner@example.org", Role.OWNER)
    organizer, owner = house.browser(), house.browser()
    organizer.sign_in()
    owner.sign_in("owner@example.org")

    for path in ("/console/erase", "/console/audit"):
        assert path not in organizer.get("/console").text
        assert organizer.get(path).status_code == 403
        assert path in owner.get("/console").text
        assert owner.get(path).status_code == 200


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(house: House) -> None:
    house.add()
    browser = house.browser()

    wrong = browser.sign_in(password="four walls and a lake")
    unknown = browser.sign_in(email="nobody@example.org")
    nonsense = browser.sign_in(email="not an address")

    assert wrong.status_code == unknown.status_code == nonsense.status_code == 401
    assert (
        _without(EMAIL, wrong.text)
        == _without("nobody@example.org", unknown.text)
        == _without("not an address", nonsense.text)
    )
    assert browser.get("/console").status_code == 302


def test_however_the_address_is_written_it_is_the_same_account(house: House) -> None:
    house.add("Amrit.Kaur+console@Example.org")

    answer = house.browser().sign_in("amrit.kaur@example.ORG")

    assert answer.status_code == 303


def test_someone_who_goes_on_failing_at_one_place_has_to_wait_longer_and_longer(house: House) -> None:
    house.add()
    browser = house.browser()
    for _ in range(OF_PAIR.free):
        assert browser.sign_in(password="wrong wrong wrong").status_code == 401

    waits = []
    for _ in range(12):
        blocked = browser.sign_in()
        assert blocked.status_code == 429
        began = house.clock.at
        while browser.sign_in(password="wrong wrong wrong").status_code == 429:
            house.clock.move(seconds=15)
        waits.append(house.clock.at - began)

    assert waits == sorted(waits)
    assert waits[0].total_seconds() == 15
    assert waits[-1] == OF_PAIR.longest


def test_the_right_password_does_not_help_while_waiting_and_does_afterwards(house: House) -> None:
    house.add()
    browser = house.browser()
    for _ in range(OF_PAIR.free):
        browser.sign_in(password="wrong wrong wrong")

    during = browser.sign_in()
    house.clock.move(minutes=1)
    after = browser.sign_in()

    assert during.status_code == 429
    assert "1 minute" in during.text
    assert after.status_code == 303


def test_an_unknown_address_has_to_wait_as_a_known_one_does(house: House) -> None:
    browser = house.browser()

    answers = [browser.sign_in(email="nobody@example.org").status_code for _ in range(OF_PAIR.free + 1)]

    assert answers == [401] * OF_PAIR.free + [429]


def test_one_place_that_tries_many_accounts_is_slowed_and_another_place_is_not(house: House) -> None:
    house.add()
    attacker, organizer = house.browser("203.0.113.9"), house.browser("198.51.100.7")

    answers = [attacker.sign_in(email=f"guess{n}@example.org").status_code for n in range(OF_PLACE.free + 1)]

    assert answers == [401] * OF_PLACE.free + [429]
    assert organizer.sign_in().status_code == 303


def test_an_account_that_is_tried_from_everywhere_keeps_its_owner_out_for_a_minute_at_most(house: House) -> None:
    house.add()
    for n in range(OF_ACCOUNT.free + 10):
        house.browser(f"203.0.113.{n}").sign_in(password="wrong wrong wrong")
        house.clock.move(minutes=1)
    organizer = house.browser()

    house.browser("203.0.113.250").sign_in(password="wrong wrong wrong")
    during = organizer.sign_in()
    house.clock.move(minutes=1)
    after = organizer.sign_in()

    assert (during.status_code, after.status_code) == (429, 303)


def test_many_tries_at_once_gain_nothing(house: House) -> None:
    house.add()
    browsers = [house.browser() for _ in range(4 * OF_PAIR.free)]

    with ThreadPoolExecutor(len(browsers)) as threads:
        answers = list(threads.map(lambda browser: browser.sign_in(password="wrong wrong wrong").status_code, browsers))

    assert sorted(answers) == [401] * OF_PAIR.free + [429] * 3 * OF_PAIR.free


def test_whoever_only_waits_leaves_nothing_behind_however_often_they_ask(house: House) -> None:
    browser = house.browser()
    for n in range(OF_PLACE.free):
        browser.sign_in(email=f"guess{n}@example.org")
    before = _rows(house)

    for n in range(5):
        assert browser.sign_in(email=f"more{n}@example.org").status_code == 429

    assert _rows(house) == before


def test_a_session_is_good_in_every_service_that_has_the_same_key(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()
    cookie = browser.client.get_cookie("groundswell")
    assert cookie is not None
    elsewhere = sample_app(house.clock, house.backbone.settings).test_client()

    elsewhere.set_cookie("groundswell", cookie.value)

    assert NAME in elsewhere.get("/console/page", headers={"Accept": "text/html"}).text
    house.clock.move(hours=12)
    assert elsewhere.get("/console/page", headers={"Accept": "text/html"}).status_code == 302


def test_neighbours_in_one_ipv6_block_count_as_one_place(house: House) -> None:
    for n in range(OF_PLACE.free):
        house.browser(f"2001:db8:1:2::{n + 1:x}").sign_in(email=f"guess{n}@example.org")

    same_block = house.browser("2001:db8:1:2:ffff::1").sign_in(email="other@example.org")
    other_block = house.browser("2001:db8:1:3::1").sign_in(email="other@example.org")

    assert (same_block.status_code, other_block.status_code) == (429, 401)


def test_a_session_ends_twelve_hours_after_it_began_whatever_is_done_in_it(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()

    for _ in range(11):
        house.clock.move(hours=1)
        assert browser.get("/console").status_code == 200
    house.clock.move(hours=1)

    assert browser.get("/console").status_code == 302


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()
    cookie = browser.client.get_cookie("groundswell")
    thief = house.browser()
    assert cookie is not None
    thief.client.set_cookie("groundswell", cookie.value)
    assert thief.get("/console").status_code == 200

    answer = browser.sign_out()

    assert (answer.status_code, answer.location) == (303, "/console/sign-in")
    assert browser.get("/console").status_code == 302
    assert thief.get("/console").status_code == 302


def test_signing_in_takes_over_nothing_of_the_visitors_cookie(house: House) -> None:
    house.add()
    browser = house.browser()
    with browser.client.session_transaction() as planted:
        planted["planted"] = "by a stranger"
    before = browser.client.get_cookie("groundswell")

    browser.sign_in()

    after = browser.client.get_cookie("groundswell")
    with browser.client.session_transaction() as session:
        assert "planted" not in session
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_whoever_is_signed_in_is_not_asked_again(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()

    answer = browser.get("/console/sign-in?next=/console/broadcasts")

    assert (answer.status_code, answer.location) == (303, "/console/broadcasts")


def test_signing_in_and_out_need_the_token_of_our_own_page(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.get("/console/sign-in")

    forged = browser.client.post("/console/sign-in", data={"email": EMAIL, "password": PASSWORD})
    browser.sign_in()
    forged_out = browser.client.post("/console/sign-out")

    assert (forged.status_code, forged_out.status_code) == (400, 400)
    assert browser.get("/console").status_code == 200


def test_the_log_tells_what_was_done_and_no_table_tells_who_anybody_is(house: House) -> None:
    house.add()
    browser = house.browser("203.0.113.77")
    browser.sign_in(password="wrong wrong wrong")
    browser.sign_in(email="nobody@example.org")
    browser.sign_in()
    browser.sign_out()

    deeds = house.deeds()

    assert deeds == [
        Deed.ORGANIZER_ADDED,
        Deed.SIGN_IN_FAILED,
        Deed.SIGN_IN_FAILED,
        Deed.SIGNED_IN,
        Deed.SIGNED_OUT,
    ]
    with house.backbone.database.transaction() as transaction:
        tables = (organizers, sessions, sign_in_tries, audit_log)
        kept = " ".join(str(row) for table in tables for row in transaction.execute(sa.select(table)))
    for personal in ("amrit", "Kaur", "nobody@", "203.0.113", PASSWORD):
        assert personal.casefold() not in kept.casefold()


def _rows(house: House) -> int:
    with house.backbone.database.transaction() as transaction:
        counts = [sa.select(sa.func.count()).select_from(table) for table in (sign_in_tries, audit_log, sessions)]
        return sum(transaction.execute(count).scalar_one() for count in counts)


def _without(typed: str, page: str) -> str:
    """The page without what differs between any two."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(typed, "")
