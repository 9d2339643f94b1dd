"""A supporter is erased: nobody can open what was theirs, every service hears of it, nobody learns who was known."""

import pytest
import sqlalchemy as sa

from services.organizers.domain.account import Role
from services.organizers.domain.audit import Deed
from services.organizers.storage.erasures import ERASE
from shared.domain_events.organizers import SupporterErased
from shared.due_work.jobs import LEASE, LeaseIsLost, claim
from shared.due_work.loop import ATTEMPTS
from shared.due_work.tables import jobs
from shared.outbox.tables import outbox
from shared.privacy.vault import Erased
from tests.fixtures.services import posted
from tests.integration.organizers.house import House

SUPPORTER = "mei.chen@example.org"
PHONE = "+14165550123"


def test_whatever_was_sealed_for_a_supporter_can_no_longer_be_opened(house: House) -> None:
    vault = house.backbone.vault
    (supporter_id,) = house.erase.supporter_ids(SUPPORTER, None)
    sealed = vault.seal(supporter_id, {"name": "Mei Chen"}, "test")

    house.erase.ask([supporter_id], "test")
    house.work()

    with pytest.raises(Erased):
        vault.open(supporter_id, sealed, "test")
    assert posted(house.backbone) == [SupporterErased(supporter_id=supporter_id, erased_at=house.clock())]


def test_somebody_known_by_address_and_by_number_is_erased_under_both(house: House) -> None:
    prints, vault = house.backbone.fingerprints, house.backbone.vault
    by_address = prints.supporter_id(email=SUPPORTER, phone=PHONE)
    by_number = prints.supporter_id(email=None, phone=PHONE)
    for supporter_id in (by_address, by_number):
        vault.seal(supporter_id, {"name": "Mei Chen"}, "test")

    house.erase.ask(house.erase.supporter_ids(SUPPORTER, PHONE), "test")
    house.work()

    assert house.known_keys() == set()
    assert [event.supporter_id for event in _erasures(house)] == [by_address, by_number]


def test_only_the_one_who_asked_is_erased(house: House) -> None:
    prints, vault = house.backbone.fingerprints, house.backbone.vault
    other = prints.supporter_id(email="other@example.org", phone=None)
    vault.seal(other, {"name": "Somebody Else"}, "test")

    house.erase.ask(house.erase.supporter_ids(SUPPORTER, None), "test")
    house.work()

    assert house.known_keys() == {other}


def test_an_erasure_that_dies_between_the_key_and_the_posting_is_finished_by_the_next_worker(house: House) -> None:
    (supporter_id,) = house.erase.supporter_ids(SUPPORTER, None)
    house.backbone.vault.seal(supporter_id, {"name": "Mei Chen"}, "test")
    house.erase.ask([supporter_id], "test")
    with house.backbone.database.transaction() as transaction:
        claimed = claim(transaction, [ERASE])
    house.backbone.vault.erase(supporter_id)

    assert claimed is not None
    house.work()
    assert _erasures(house) == []
    _let_leases_run_out(house)
    house.work()

    assert [event.supporter_id for event in _erasures(house)] == [supporter_id]
    assert house.erase.is_done([supporter_id])


def test_a_worker_that_lost_its_lease_posts_nothing(house: House) -> None:
    (supporter_id,) = house.erase.supporter_ids(SUPPORTER, None)
    house.erase.ask([supporter_id], "test")
    with house.backbone.database.transaction() as transaction:
        slow = claim(transaction, [ERASE])
    _let_leases_run_out(house)
    house.work()

    assert slow is not None
    with pytest.raises(LeaseIsLost):
        house.erase.carry_out(slow)
    assert len(_erasures(house)) == 1


def test_asked_twice_it_is_one_job(house: House) -> None:
    ids = house.erase.supporter_ids(SUPPORTER, None)

    house.erase.ask(ids, "test")
    house.erase.ask(ids, "test")
    house.work()

    assert len(_erasures(house)) == 1


def test_an_erasure_that_was_given_up_is_tried_again_when_it_is_asked_for_again(house: House) -> None:
    ids = house.erase.supporter_ids(SUPPORTER, None)
    house.erase.ask(ids, "test")
    with house.backbone.database.transaction() as transaction:
        transaction.execute(sa.update(jobs).values(failed_at=sa.func.now(), attempts=ATTEMPTS, failure="a reason"))
    house.work()
    assert not house.erase.is_done(ids)

    house.erase.ask(ids, "test")
    house.work()

    assert house.erase.is_done(ids)
    assert len(_erasures(house)) == 1


def test_an_owner_erases_by_a_page_that_answers_alike_for_everybody(house: House) -> None:
    house.add(role=Role.OWNER)
    browser = house.browser()
    browser.sign_in()
    (known,) = house.erase.supporter_ids(SUPPORTER, None)
    house.backbone.vault.seal(known, {"name": "Mei Chen"}, "test")

    of_known = browser.erase(email=SUPPORTER, sure="true")
    of_unknown = browser.erase(phone="416 555 0199", sure="true")
    house.work()

    assert (of_known.status_code, of_known.location) == (303, "/console/erase?done=1")
    assert (of_unknown.status_code, of_unknown.location) == (303, "/console/erase?done=1")
    assert known not in house.known_keys()
    assert len(_erasures(house)) == 2
    assert house.deeds()[-4:] == [Deed.ERASURE_ASKED, Deed.ERASURE_ASKED, Deed.SUPPORTER_ERASED, Deed.SUPPORTER_ERASED]


def test_the_page_asks_for_somebody_and_for_certainty(house: House) -> None:
    house.add(role=Role.OWNER)
    browser = house.browser()
    browser.sign_in()

    nobody = browser.erase(sure="true")
    unsure = browser.erase(email=SUPPORTER)
    mistyped = browser.erase(email="mei.chen", sure="true")

    assert (nobody.status_code, unsure.status_code, mistyped.status_code) == (422, 422, 422)
    assert "an e-mail address, a telephone number, or both" in nobody.text
    assert "cannot be undone" in unsure.text
    assert 'value="mei.chen"' in mistyped.text
    house.work()
    assert _erasures(house) == []


def test_an_organizer_who_is_no_owner_erases_nobody(house: House) -> None:
    house.add()
    browser = house.browser()
    browser.sign_in()

    answer = browser.post("/console/erase", from_page="/console", email=SUPPORTER, sure="true")

    assert answer.status_code == 403
    house.work()
    assert _erasures(house) == []


def test_neither_the_jobs_nor_the_log_nor_the_outbox_say_who_was_erased(house: House) -> None:
    house.erase.ask(house.erase.supporter_ids(SUPPORTER, PHONE), "test")
    with house.backbone.database.transaction() as transaction:
        waiting = str(transaction.execute(sa.select(jobs)).all())
    house.work()

    with house.backbone.database.transaction() as transaction:
        kept = waiting + str(transaction.execute(sa.text("SELECT * FROM audit_log")).all())
        kept += str(transaction.execute(sa.select(outbox)).all())
    assert "mei" not in kept
    assert "5550123" not in kept


def _erasures(house: House) -> list[SupporterErased]:
    return [event for event in posted(house.backbone) if isinstance(event, SupporterErased)]


def _let_leases_run_out(house: House) -> None:
    with house.backbone.database.transaction() as transaction:
        transaction.execute(sa.update(jobs).values(leased_until=jobs.c.leased_until - LEASE * 2))
