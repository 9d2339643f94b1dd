"""An announcement goes to whom it was approved for: once, in their language, and to nobody else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
import time_machine

from services.notifications.domain.broadcast import OUTGROWN, BroadcastState, Numbers
from services.notifications.storage.audiences import count
from services.notifications.storage.suppressions import Why
from services.notifications.storage.tables import broadcasts, contacts
from services.notifications.use_cases.broadcast_control import approve, stop
from services.notifications.use_cases.plan_broadcast import PLAN, plan_broadcast
from services.notifications.use_cases.unsubscribe import unsubscribe
from shared.bus.outcomes import Retry
from shared.clock import now
from shared.domain_events.announcement import Audience
from shared.domain_events.calls import CallCampaignEnded, SupporterLocated
from shared.domain_events.events import GatheringCancelled, GatheringChanged
from shared.domain_events.notifications import BroadcastFinished, MessageSettled
from shared.domain_events.signatures import PetitionClosed, PetitionDelivered
from shared.due_work import schedule
from shared.due_work.loop import DueWork
from shared.identifiers import new_id
from shared.reaching.quiet_hours import quiet_hours
from tests.integration.notifications.house import House, Person, announcement, call_in_day, person, rally

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


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as moment:
        yield moment


def told(house: House, channel: str, **which: str) -> list[str]:
    """Who is planned to be told on a channel."""
    return sorted(row.supporter_id for row in house.ledger(kind="announcement", channel=channel, **which))


def ids(house: House, *people: Person) -> list[str]:
    return sorted(house.id_of(who) for who in people)


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


def test_an_event_that_is_told_twice_is_announced_once(house: House) -> None:
    house.sign(BOTH)
    event, cause = rally(announced=announcement()), new_id()

    house.hear(event, cause)
    house.hear(event, cause)
    house.work()

    assert len(house.broadcasts()) == 1
    assert len(house.ledger(kind="announcement")) == 2


def test_what_has_no_announcement_tells_nobody(house: House) -> None:
    house.sign(BOTH)

    house.hear(rally())
    house.hear(call_in_day())
    house.open_petition("care-for-all")
    house.work()

    assert house.broadcasts() == []
    assert house.ledger(kind="announcement") == []


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


def test_nobody_is_invited_to_what_is_over(house: House) -> None:
    house.sign(BOTH)
    yesterday = now() - timedelta(days=1)

    house.hear(rally(announced=announcement(), starts_at=yesterday, ends_at=yesterday + timedelta(hours=2)))
    house.work()
    house.tidy()

    assert house.ledger(kind="announcement") == []
    assert len(house.posted(BroadcastFinished)) == 1


def test_who_unsubscribed_since_it_was_counted_is_not_told(house: House) -> None:
    house.sign(BOTH, FRENCH)
    house.hear(rally(announced=announcement()))
    house.ask(lambda records: unsubscribe(house.id_of(BOTH), records, now()))

    house.work()

    assert told(house, "email") == ids(house, FRENCH)


def test_a_call_campaign_tells_until_it_closes_and_links_to_its_page(house: House) -> None:
    house.sign(BOTH)
    launched = call_in_day(announcement())

    house.hear(launched)

    broadcast = house.broadcast()
    assert (broadcast.call_campaign, broadcast.kind) == ("call-in-day", "call_campaign.launched")
    assert broadcast.expires_at == launched.closes_at
    assert broadcast.fields["fr"] == {
        "title": "Call-in day",
        "link": "http://127.0.0.1:8000/call-campaigns/call-in-day",
    }


def test_a_gathering_is_told_with_its_day_on_the_clocks_of_the_place(house: House) -> None:
    starts = datetime.fromisoformat("2027-09-11T18:45:00+00:00")

    house.hear(rally(announced=announcement(), starts_at=starts, ends_at=starts + timedelta(hours=2)))

    fields = house.broadcast().fields
    assert fields["en"]["when"] == "Saturday, September 11, 2:45 p.m. to 4:45 p.m."
    assert fields["fr"]["title"] == "Manif"
    assert fields["fr"]["link"] == "http://127.0.0.1:8000/events/toronto-rally"
    assert (fields["en"]["place"], fields["en"]["city"]) == ("344 Bloor Street West", "Toronto")


def test_a_petition_is_announced_when_it_opens_and_when_it_is_handed_in(house: House) -> None:
    house.sign(BOTH)
    house.open_petition("care-for-all", announcement(audience=Audience(petitions=("fix-pgwp",))))
    house.hear(
        PetitionDelivered(
            petition="fix-pgwp",
            campaign="status-for-all",
            total=16_000,
            announcement=announcement(audience=Audience(petitions=("fix-pgwp",))),
        )
    )

    house.work()

    kinds = {one.kind: one.fields["fr"] for one in house.broadcasts()}
    assert kinds["petition.opened"]["link"] == "http://127.0.0.1:8000/petitions/care-for-all"
    assert kinds["petition.delivered"] == {
        "title": "Les permis",
        "link": "http://127.0.0.1:8000/petitions/fix-pgwp",
    }
    assert len(told(house, "text")) == len(told(house, "email")) == 2


def test_the_hand_in_of_a_petition_that_was_not_heard_of_yet_is_waited_for(house: House) -> None:
    delivered = PetitionDelivered(petition="none-such", campaign="c", total=1, announcement=announcement())

    with pytest.raises(Retry):
        house.hear(delivered)


def test_a_gathering_that_is_called_off_is_announced_no_more_and_its_end_is_told(house: House) -> None:
    house.sign(BOTH)
    house.hear(rally(announced=announcement()))
    house.hear(rally(GatheringCancelled, announced=announcement()))

    house.work()

    kinds = {one.id: one.kind for one in house.broadcasts()}
    assert {kinds[row.broadcast_id] for row in house.ledger(kind="announcement")} == {"gathering.cancelled"}


def test_nobody_is_asked_to_call_or_to_sign_once_that_has_ended(house: House) -> None:
    house.sign(BOTH)
    house.hear(call_in_day(announcement()))
    house.open_petition("care-for-all", announcement())

    house.hear(CallCampaignEnded(call_campaign="call-in-day", campaign="status-for-all"))
    house.hear(PetitionClosed(petition="care-for-all", campaign="status-for-all", reason="won"))
    house.work()

    assert house.ledger(kind="announcement") == []
    assert all(one.is_late(now()) for one in house.broadcasts())


def test_the_hand_in_of_a_petition_that_is_closed_is_still_told(house: House) -> None:
    house.sign(BOTH)
    handed_in = {"petition": "fix-pgwp", "campaign": "status-for-all"}
    house.hear(PetitionDelivered(**handed_in, total=1, announcement=announcement()))

    house.hear(PetitionClosed(**handed_in, reason="won"))
    house.work()

    assert told(house, "text") == ids(house, BOTH)


def test_what_is_changed_about_a_gathering_is_told_with_its_own_approval(house: House) -> None:
    house.sign(BOTH)
    house.hear(rally())

    house.hear(rally(GatheringChanged, announced=announcement(channels=("text",), emails=0)))
    house.work()

    assert [one.kind for one in house.broadcasts()] == ["gathering.changed"]
    assert told(house, "text") == ids(house, BOTH)
