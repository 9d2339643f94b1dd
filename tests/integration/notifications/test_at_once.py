"""Several workers and webhooks at once: each thing happens once, and nobody waits for ever."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
import sqlalchemy as sa

from services.notifications.domain.broadcast import BroadcastState
from services.notifications.storage.records import Records
from services.notifications.storage.tables import contacts, replies
from services.notifications.use_cases.hear_text import Inbound, hear_text
from shared.clock import now
from shared.domain_events.notifications import BroadcastFinished, ConsentGiven, ConsentWithdrawn
from shared.due_work.loop import DueWork
from tests.integration.notifications.house import House, announcement, person, rally

ADA = person(1)
CROWD = [person(number) for number in range(20, 60)]


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def together(*deeds: Callable[[], object]) -> Sequence[object]:
    """Do them at the same moment, each in a thread of its own; what each gave. Raises what any of them raised."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> object:
        barrier.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def text(house: House, body: str, sid: str) -> None:
    inbound = Inbound(provider_id=sid, number=ADA.phone or "", body=body)
    backbone = house.backbone
    with backbone.database.transaction() as transaction:
        hear_text(inbound, Records(transaction), backbone.vault, backbone.fingerprints, now())


def test_a_webhook_that_comes_many_times_at_once_is_heard_once(house: House) -> None:
    house.sign(ADA)

    together(*[partial(text, house, "STOP", "SM1")] * 6)

    assert len(house.rows(replies)) == 1
    assert len(house.posted(ConsentWithdrawn)) == 2
    assert [row.kind for row in house.ledger(lane=0)] == ["stopped"]


def test_what_is_not_understood_many_times_at_once_is_answered_once(house: House) -> None:
    house.sign(ADA)

    together(*(partial(text, house, "Hello?", f"SM{number}") for number in range(6)))

    assert [row.kind for row in house.ledger(lane=0)] == ["not_understood"]


def test_stop_and_start_at_once_end_as_one_of_them_said(house: House) -> None:
    house.sign(ADA)

    together(partial(text, house, "STOP", "SM1"), partial(text, house, "START", "SM2"))

    is_stopped = bool(house.ask(lambda records: records.suppressions.among([house.phone_id(ADA)])))
    assert house.contact(ADA).may_text is not is_stopped


def test_somebody_who_signs_and_comes_at_once_is_one_contact_with_all_that_was_told(house: House) -> None:
    for number in range(100, 110):
        who = person(number, phone=f"+1647555{number:04d}")
        signature = house.signature(who)

        together(partial(house.hear, signature), partial(house.come, person(number, phone=None)))

        row = house.contact(who)
        assert sorted(row.campaigns) == ["rallies", "status-for-all"]
        assert (row.may_text, row.phone_id) == (True, house.phone_id(who))
    assert len(house.rows(contacts)) == 10
    assert len(house.posted(ConsentGiven)) == 20


def test_batches_with_the_same_people_never_wait_for_each_other_in_a_circle(house: House) -> None:
    house.open_petition("care-for-all")
    one = [house.signature(who) for who in CROWD]
    other = [house.signature(who, "care-for-all") for who in reversed(CROWD)]

    together(partial(house.hear_together, one), partial(house.hear_together, other))

    assert {tuple(sorted(row.petitions)) for row in house.rows(contacts)} == {("care-for-all", "fix-pgwp")}
    assert len(house.posted(ConsentGiven)) == 2 * len(CROWD)


def test_many_workers_plan_and_finish_a_broadcast_once(house: House) -> None:
    house.sign(*CROWD)
    house.hear(rally(announced=announcement()))
    due = [DueWork("notifications", house.backbone.database, house.assembly.jobs, {}) for _ in range(4)]

    together(*(one.step for one in due))
    house.work()
    with house.backbone.database.transaction() as transaction:
        transaction.execute(sa.text("UPDATE deliveries SET state = 'delivered'"))
    house.tidy()
    house.tidy()

    assert len(house.ledger(kind="announcement")) == 2 * len(CROWD)
    assert len(house.posted(BroadcastFinished)) == 1
    assert house.broadcast().state == BroadcastState.FINISHED


def test_nothing_of_a_person_stands_in_clear_in_any_table(house: House) -> None:
    house.sign(ADA, person(2, name="Élodie Quarulumer", language="fr"))
    house.hear(rally(announced=announcement()))
    house.work()
    house.set_states("accepted", kind="announcement")
    for body in ("YES", "I live on Quaba Lane", "HELP", "STOP"):
        house.write(ADA, body)
    house.write(person(9), "AIDE")

    with house.backbone.database.transaction() as transaction:
        tables = transaction.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
        dumped = {name: str(transaction.execute(sa.text(f'SELECT * FROM "{name}"')).all()) for name in list(tables)}

    assert len(dumped["contacts"]) > 100
    # Long enough not to turn up in ciphertext by chance.
    for clear in ("Quabacedri", "Quarulumer", "example.org", "4165550101", "4165550109", "Quaba Lane"):
        assert [name for name, rows in dumped.items() if clear in rows] == []
