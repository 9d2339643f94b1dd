"""An announcement goes to whom it was approved for: once, in their language, and to nobody else."""

from datetime import datetime
from functools import partial

import pytest
import sqlalchemy as sa
import time_machine

from services.notifications.domain.broadcast import BroadcastState, Numbers
from services.notifications.storage.audiences import count
from services.notifications.storage.suppressions import Why
from services.notifications.storage.tables import broadcasts, contacts
from services.notifications.use_cases.plan_broadcast import PLAN, plan_broadcast
from services.notifications.use_cases.unsubscribe import unsubscribe
from shared.clock import now
from shared.domain_events.announcement import Audience
from shared.domain_events.calls import SupporterLocated
from shared.due_work import schedule
from shared.due_work.loop import DueWork
from shared.reaching.quiet_hours import quiet_hours
from tests.integration.notifications.audience import ids, told
from tests.integration.notifications.house import House, announcement, call_in_day, person, rally

BOTH = person(1)
FRENCH = person(2, language="fr")
PUNJABI = person(3, language="pa")
ONLY_TEXT = person(4, agrees_to=("text",))
ONLY_EMAIL = person(5, agrees_to=("email",))
NOTHING = person(6, agrees_to=())
NO_PHONE = person(7, phone=None)
TWIN = person(8, phone=BOTH.phone)
RUNG = person(9, agrees_to=("call",))
CROWD = [person(number) for number in range(20, 50)]
AUDIENCES = {
    "everybody": Audience(),
    "a campaign": Audience(campaign="status-for-all"),
    "another campaign": Audience(campaign="rallies"),
    "a petition": Audience(petitions=("care-for-all", "none-such")),
    "a province": Audience(provinces=("QC", "NB")),
    "a riding": Audience(ridings=("35099",)),
    "a language": Audience(languages=("fr",)),
    "all of these": Audience(
        campaign="status-for-all", petitions=("fix-pgwp",), provinces=("ON", "QC"), languages=("en", "fr")
    ),
    "nobody": Audience(campaign="none-such"),
}


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def plan_in_steps(house: House, at_once: int, most: int = 1000) -> int:
    """Plan a few people a transaction; how many transactions that took."""
    plan = partial(
        plan_broadcast,
        database=house.backbone.database,
        clock=house.backbone.clock,
        quiet_hours=house.settings.quiet_hours,
        at_once=at_once,
    )
    due = DueWork("notifications", house.backbone.database, {PLAN: plan}, {})
    return next(step for step in range(most) if not due.step())


def counted(house: House, audience: Audience, *channels: str) -> Numbers:
    with house.backbone.database.transaction() as transaction:
        return count(transaction, audience, channels)


def test_only_those_who_agree_to_a_channel_and_have_an_address_are_told(house: House) -> None:
    house.sign(BOTH, ONLY_TEXT, ONLY_EMAIL, NOTHING, NO_PHONE, RUNG)

    house.hear(rally(announced=announcement()))
    house.work()

    assert told(house, "text") == ids(house, BOTH, ONLY_TEXT)
    assert told(house, "email") == ids(house, BOTH, ONLY_EMAIL, NO_PHONE)


def test_only_the_approved_channels_are_used(house: House) -> None:
    house.sign(BOTH)

    house.hear(rally(announced=announcement(channels=("email",), texts=0)))
    house.work()

    assert (told(house, "text"), told(house, "email")) == ([], ids(house, BOTH))


def test_silenced_numbers_and_bad_addresses_are_passed_over(house: House) -> None:
    house.sign(BOTH, FRENCH)
    house.ask(lambda records: records.suppressions.add(house.phone_id(BOTH), Why.STOP, now()))
    house.ask(lambda records: records.suppressions.add(house.id_of(FRENCH), Why.NO_GOOD, now()))

    house.hear(rally(announced=announcement()))
    house.work()

    assert (told(house, "text"), told(house, "email")) == (ids(house, FRENCH), ids(house, BOTH))


def test_everybody_is_told_in_their_language_or_in_the_first(house: House) -> None:
    house.sign(BOTH, FRENCH, PUNJABI)

    house.hear(rally(announced=announcement(channels=("text",), emails=0, languages=("fr", "en"))))
    house.work()

    spoken = {row.supporter_id: row.language for row in house.ledger(kind="announcement")}
    assert [spoken[house.id_of(who)] for who in (BOTH, FRENCH, PUNJABI)] == ["en", "fr", "fr"]


def test_a_line_of_the_ledger_says_what_it_is_of(house: House) -> None:
    house.sign(BOTH)

    cause = house.hear(rally(announced=announcement(channels=("text",), emails=0)))
    house.work()

    (row,) = house.ledger(kind="announcement")
    broadcast = house.broadcast()
    assert (row.cause, row.broadcast_id, row.about) == (cause, broadcast.id, str(broadcast.id))
    assert (row.lane, row.state, row.address_id) == (3, "planned", house.phone_id(BOTH))
    assert row.traceparent == broadcast.traceparent


def test_two_supporters_who_share_a_telephone_get_one_text_and_each_their_email(house: House) -> None:
    house.sign(BOTH, TWIN)

    house.hear(rally(announced=announcement()))
    house.work()

    assert len(told(house, "text")) == 1
    assert told(house, "email") == ids(house, BOTH, TWIN)
    assert house.broadcast().planned == Numbers(texts=1, emails=2)


@pytest.mark.parametrize("at_once", [1, 2, 7, 1000])
def test_a_shared_telephone_is_texted_once_however_the_audience_is_cut(house: House, at_once: int) -> None:
    sharing = [person(number, phone=BOTH.phone) for number in range(60, 66)]
    house.sign(BOTH, ONLY_TEXT, *sharing)

    house.hear(rally(announced=announcement()))
    plan_in_steps(house, at_once)

    assert len(told(house, "text")) == 2
    assert len(told(house, "email")) == 7
    assert house.broadcast().state == BroadcastState.SENDING


def test_who_has_the_telephone_first_may_change_half_way(house: House) -> None:
    """The one who would have had the text is erased between two transactions, the other one comes after."""
    house.sign(BOTH, TWIN)
    house.hear(rally(announced=announcement(channels=("text",), emails=0)))
    first = min(BOTH, TWIN, key=house.id_of)
    plan_in_steps(house, at_once=1)
    assert told(house, "text") == ids(house, first)
    house.set_states("delivered", kind="announcement")

    with house.backbone.database.transaction() as transaction:
        gone = sa.delete(contacts).where(contacts.c.supporter_id == house.id_of(first))
        transaction.execute(gone)
        transaction.execute(sa.update(broadcasts).values(state="planning", planned_until=""))
        schedule(transaction, PLAN, "again", {"broadcast_id": str(house.broadcast().id)})
    plan_in_steps(house, at_once=1)

    assert told(house, "text") == ids(house, first)


def test_an_audience_is_planned_a_few_at_a_time_and_nobody_is_left_out(house: House) -> None:
    house.sign(*CROWD)
    house.hear(rally(announced=announcement(texts=30, emails=30)))

    steps = plan_in_steps(house, at_once=7)

    assert steps == 5
    assert told(house, "text") == told(house, "email") == ids(house, *CROWD)
    assert (house.broadcast().planned, house.broadcast().state) == (
        Numbers(texts=30, emails=30),
        BroadcastState.SENDING,
    )


@pytest.mark.parametrize("named", list(AUDIENCES))
def test_as_many_are_planned_as_were_counted(house: House, named: str) -> None:
    house.open_petition("care-for-all")
    house.sign(BOTH, FRENCH, PUNJABI, ONLY_TEXT, ONLY_EMAIL, NOTHING, NO_PHONE, TWIN, RUNG, *CROWD[:5])
    house.sign(FRENCH, *CROWD[5:9], petition="care-for-all")
    house.come(person(70))
    house.ask(lambda records: records.suppressions.add(house.phone_id(CROWD[0]), Why.STOP, now()))
    house.ask(lambda records: records.suppressions.add(house.id_of(CROWD[1]), Why.COMPLAINT, now()))
    for number, who in enumerate((BOTH, FRENCH, ONLY_TEXT, *CROWD[:4])):
        house.hear(
            SupporterLocated(
                supporter_id=house.id_of(who),
                ridings=("35099",) if number % 2 else ("24001", "24002"),
                riding_names=("Spadina",) if number % 2 else ("Alfred-Pellan", "Argenteuil"),
                province="ON" if number % 2 else "QC",
            )
        )
    audience = AUDIENCES[named]
    found = counted(house, audience, "text", "email", "ring")

    house.hear(rally(announced=announcement(audience=audience, texts=found.texts, emails=found.emails)))
    plan_in_steps(house, at_once=3)

    assert (len(told(house, "text")), len(told(house, "email"))) == (found.texts, found.emails)
    assert house.broadcast().planned == Numbers(texts=found.texts, emails=found.emails)
    assert (found.texts == found.emails == 0) is (named in ("nobody", "another campaign"))


def test_rings_are_counted_and_left_to_the_call_campaign(house: House) -> None:
    house.sign(RUNG, BOTH)

    house.hear(call_in_day(announcement(channels=("ring",), texts=0, emails=0, rings=1)))
    house.work()

    assert counted(house, Audience(), "ring") == Numbers(rings=1)
    assert house.ledger(kind="announcement") == []
    house.tidy()
    assert house.broadcast().state == BroadcastState.FINISHED


def test_texts_wait_for_the_morning_of_the_place_and_emails_do_not(
    house: House, moment: time_machine.Traveller
) -> None:
    house.sign(BOTH, FRENCH, PUNJABI)
    for who, province in ((BOTH, "ON"), (FRENCH, "YT")):
        located = SupporterLocated(supporter_id=house.id_of(who), ridings=(), riding_names=(), province=province)
        house.hear(located)
    # 22:00 in Toronto, 20:00 in Whitehorse.
    moment.move_to(datetime.fromisoformat("2027-01-16T03:00:00+00:00"))
    house.hear(rally(announced=announcement()))

    night = partial(
        plan_broadcast,
        database=house.backbone.database,
        clock=house.backbone.clock,
        quiet_hours=quiet_hours("21:00-09:00"),
    )
    assert DueWork("notifications", house.backbone.database, {PLAN: night}, {}).step()

    due = {row.supporter_id: row.due_at for row in house.ledger(kind="announcement", channel="text")}
    assert due[house.id_of(BOTH)] == datetime.fromisoformat("2027-01-16T15:00:00+00:00")
    assert due[house.id_of(FRENCH)] == now()
    assert due[house.id_of(PUNJABI)] == datetime.fromisoformat("2027-01-16T17:00:00+00:00")
    assert {row.due_at for row in house.ledger(kind="announcement", channel="email")} == {now()}


def test_who_unsubscribed_since_it_was_counted_is_not_told(house: House) -> None:
    house.sign(BOTH, FRENCH)
    house.hear(rally(announced=announcement()))
    house.ask(lambda records: unsubscribe(house.id_of(BOTH), records, now()))

    house.work()

    assert told(house, "email") == ids(house, FRENCH)
