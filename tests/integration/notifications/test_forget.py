"""Somebody is erased: nothing says any more who they were, and the numbers stay."""

from datetime import timedelta

import pytest
import time_machine

from services.notifications.storage.suppressions import Why
from services.notifications.storage.tables import consents, contacts, deliveries, replies
from shared.clock import now
from shared.domain_events.calls import SupporterLocated
from shared.domain_events.organizers import SupporterErased
from tests.integration.notifications.house import House, Person, announcement, person, rally

ADA, BEN = person(1), person(2)
TWIN = person(3, phone=ADA.phone)


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def erase(house: House, who: Person) -> None:
    house.backbone.vault.erase(house.id_of(who))
    house.hear(SupporterErased(supporter_id=house.id_of(who), erased_at=now()))


def everything(house: House) -> str:
    """All that the service keeps of anybody, as text."""
    return str([house.rows(table) for table in (contacts, consents, deliveries, replies)])


def test_nothing_that_is_kept_names_who_was_erased(house: House) -> None:
    house.sign(ADA, BEN)
    house.hear(rally(announced=announcement()))
    house.work()
    house.set_states("delivered", kind="announcement")
    house.write(ADA, "YES")

    erase(house, ADA)

    assert house.id_of(ADA) not in everything(house)
    assert house.phone_id(ADA) not in everything(house)
    assert house.id_of(BEN) in everything(house)


def test_what_is_planned_for_them_is_dropped_and_what_was_sent_still_counts(house: House) -> None:
    house.sign(ADA, BEN)
    house.hear(rally(announced=announcement()))
    house.work()
    house.set_states("delivered", kind="announcement")
    before = len(house.rows(deliveries))

    erase(house, ADA)

    assert len(house.rows(deliveries)) == before
    assert len(house.ledger(kind="announcement", state="delivered")) == 4
    dropped = house.ledger(state="dropped")
    assert {row.reason for row in dropped} == {"erased"}
    assert {row.kind for row in dropped} == {"thanks", "letter"}
    assert all(row.supporter_id == f"erased:{row.id}" for row in dropped)
    assert {row.state for row in house.ledger(supporter_id=house.id_of(BEN), kind="thanks")} == {"planned"}


def test_a_stop_outlives_its_sender(house: House) -> None:
    house.sign(ADA)
    house.write(ADA, "STOP")

    erase(house, ADA)

    assert house.ask(lambda records: records.suppressions.among([house.phone_id(ADA)])) == {
        house.phone_id(ADA): Why.STOP
    }


def test_what_a_shared_telephone_wrote_is_forgotten_with_the_last_who_had_it(house: House) -> None:
    house.sign(ADA, TWIN)
    house.write(ADA, "HELP")

    erase(house, ADA)
    assert len(house.rows(replies)) == 1
    erase(house, TWIN)

    assert house.rows(replies) == []


def test_an_erasure_that_is_told_of_nobody_known_changes_nothing(house: House) -> None:
    house.sign(BEN)
    before = everything(house)

    erase(house, ADA)

    assert everything(house) == before


def test_who_comes_back_after_an_erasure_begins_anew(house: House) -> None:
    house.sign(ADA)
    erase(house, ADA)

    house.sign(person(1, agrees_to=("email",)))

    assert (house.contact(ADA).may_email, house.contact(ADA).may_text) == (True, False)
    assert house.said(ADA) == [("email", "given", "page")]


def test_a_riding_of_nobody_we_ever_hear_of_is_forgotten(house: House) -> None:
    house.sign(BEN)
    for who in (ADA, BEN):
        located = SupporterLocated(supporter_id=house.id_of(who), ridings=("1",), riding_names=("One",), province="ON")
        house.hear(located)

    house.tidy()
    assert len(house.rows(contacts)) == 2
    with time_machine.travel(now() + timedelta(days=1, hours=1)):
        house.tidy()

    assert [row.supporter_id for row in house.rows(contacts)] == [house.id_of(BEN)]


def test_what_was_written_long_ago_is_forgotten(house: House) -> None:
    house.sign(ADA)
    house.write(ADA, "HELP")

    with time_machine.travel(now() + timedelta(days=31)):
        house.tidy()

    assert house.rows(replies) == []
