"""A broadcast goes to as many as an organizer approved, and ends when one says so or when all of it is settled."""

from functools import partial

import pytest
import sqlalchemy as sa

from services.notifications.domain.broadcast import OUTGROWN, BroadcastState, Numbers
from services.notifications.use_cases.broadcast_control import approve, stop
from services.notifications.use_cases.plan_broadcast import PLAN, plan_broadcast
from shared.clock import now
from shared.domain_events.notifications import BroadcastFinished, MessageSettled
from shared.due_work.loop import DueWork
from tests.integration.notifications.audience import ids, told
from tests.integration.notifications.house import House, announcement, person, rally

BOTH = person(1)
FRENCH = person(2, language="fr")
CROWD = [person(number) for number in range(20, 50)]


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def test_a_broadcast_that_outgrew_its_approval_is_held_before_anybody_is_told(house: House) -> None:
    house.sign(*CROWD)

    house.hear(rally(announced=announcement(texts=5, emails=30)))
    house.work()

    held = house.broadcast()
    assert (held.state, held.held_because, held.planned) == (BroadcastState.HELD, OUTGROWN, Numbers())
    assert house.ledger(kind="announcement") == []


def test_a_broadcast_within_the_margin_goes_out(house: House) -> None:
    house.sign(*CROWD)

    house.hear(rally(announced=announcement(texts=10, emails=28)))
    house.work()

    assert house.broadcast().state == BroadcastState.SENDING
    assert len(told(house, "text")) == 30


def test_people_who_sign_while_it_is_planned_do_not_make_it_outgrow_its_approval(house: House) -> None:
    first = sorted(CROWD, key=house.id_of)[:5]
    rest = [who for who in CROWD if who not in first]
    house.sign(*first)
    house.hear(rally(announced=announcement(channels=("text",), texts=5, emails=0)))
    due = DueWork(
        "notifications",
        house.backbone.database,
        {
            PLAN: partial(
                plan_broadcast,
                database=house.backbone.database,
                clock=house.backbone.clock,
                quiet_hours=house.settings.quiet_hours,
                at_once=4,
            )
        },
        {},
    )
    assert due.step()

    house.sign(*rest, person(99))
    while due.step():
        pass

    held = house.broadcast()
    assert held.state == BroadcastState.HELD
    assert held.planned.texts == len(told(house, "text")) <= 25


def test_an_organizer_approves_the_new_numbers_and_it_goes_on_where_it_was(house: House) -> None:
    house.sign(*CROWD)
    house.hear(rally(announced=announcement(texts=5, emails=5)))
    house.work()
    held = house.broadcast()

    house.ask(lambda records: approve(held.id, Numbers(texts=30, emails=30), "omar", records))
    house.work()

    sent = house.broadcast()
    assert (sent.state, sent.approved, sent.approved_by) == (
        BroadcastState.SENDING,
        Numbers(texts=30, emails=30),
        "omar",
    )
    assert told(house, "text") == told(house, "email") == ids(house, *CROWD)


def test_an_approval_of_too_few_is_held_again(house: House) -> None:
    house.sign(*CROWD)
    house.hear(rally(announced=announcement(texts=5, emails=5)))
    house.work()

    house.ask(lambda records: approve(house.broadcast().id, Numbers(texts=6, emails=6), "omar", records))
    house.work()

    assert house.broadcast().state == BroadcastState.HELD
    assert house.ledger(kind="announcement") == []


def test_a_stopped_broadcast_drops_what_waits_and_tells_of_its_end(house: House) -> None:
    house.sign(BOTH, FRENCH)
    house.hear(rally(announced=announcement()))
    house.work()
    house.set_states("delivered", kind="announcement", supporter_id=house.id_of(BOTH))

    house.ask(lambda records: stop(house.broadcast().id, "omar", records, now()))
    house.work()
    house.tidy()

    assert {row.reason for row in house.ledger(kind="announcement", state="dropped")} == {"stopped"}
    assert len(house.posted(MessageSettled)) == 2
    (finished,) = house.posted(BroadcastFinished)
    assert (finished.delivered, finished.failed, finished.dropped) == (2, 0, 2)
    assert house.broadcast().state == BroadcastState.STOPPED
    assert house.broadcast().finished_at is not None


def test_a_broadcast_that_is_stopped_while_it_is_planned_is_planned_no_further(house: House) -> None:
    house.sign(*CROWD)
    house.hear(rally(announced=announcement(texts=30, emails=30)))

    house.ask(lambda records: stop(house.broadcast().id, "omar", records, now()))
    house.work()
    house.tidy()

    assert house.ledger(kind="announcement") == []
    assert len(house.posted(BroadcastFinished)) == 1


def test_a_broadcast_is_finished_once_everything_of_it_is_settled(house: House) -> None:
    house.sign(BOTH, FRENCH)
    cause = house.hear(rally(announced=announcement()))
    house.tidy()
    house.work()
    house.set_states("accepted", kind="announcement", channel="email")
    house.tidy()
    assert house.posted(BroadcastFinished) == []
    house.set_states("failed", kind="announcement", channel="text")
    with house.backbone.database.transaction() as transaction:
        transaction.execute(sa.text("UPDATE deliveries SET state = 'delivered' WHERE state = 'accepted'"))

    house.tidy()
    house.tidy()

    (finished,) = house.posted(BroadcastFinished)
    assert finished == BroadcastFinished(
        broadcast_id=str(house.broadcast().id),
        cause=str(cause),
        campaign="rallies",
        delivered=2,
        failed=2,
        dropped=0,
    )
    assert house.broadcast().state == BroadcastState.FINISHED
