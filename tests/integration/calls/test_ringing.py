"""Those who agreed to be rung are rung when a call campaign is launched, where its announcement says so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.calls.domain.call import Ending, State
from services.calls.storage.records import Records
from services.calls.use_cases.hear_consent import hear_withdrawal
from shared.domain_events.announcement import Announcement, Audience
from shared.domain_events.calls import CallCampaignLaunched, CallFinished, CallRequested
from shared.domain_events.notifications import ConsentGiven, ConsentWithdrawn
from tests.fixtures.waiting import wait_until
from tests.integration.calls.exchange import Exchange, reply_of
from tests.unit.calls.made import NOON

TEN_IN_TORONTO = NOON + timedelta(hours=22)
RING_ALL = Announcement(
    audience=Audience(),
    channels=("ring",),
    wordings=(),
    counted_texts=0,
    counted_emails=0,
    counted_rings=1,
    approved_by="organizer-1",
)


def ringing(**audience: object) -> Announcement:
    return Announcement(**(vars(RING_ALL) | {"audience": Audience(**audience)}))  # type: ignore[arg-type]


def launch_and_ring(exchange: Exchange, announcement: Announcement, **given: object) -> None:
    exchange.launch(announcement, **given)
    exchange.hear(exchange.posted(CallCampaignLaunched)[-1])
    exchange.work()


def somebody_waits(exchange: Exchange) -> bool:
    """Whether a transaction waits for another one's lock."""
    with exchange.backbone.database.transaction() as transaction:
        waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"
        return bool(transaction.exec_driver_sql(waiting).scalar_one())


def test_those_who_agreed_to_be_rung_are_rung_and_nobody_else(exchange: Exchange) -> None:
    ana = exchange.sign("+14165550151", call=True)
    exchange.sign("+14165550152", call=False)
    exchange.work()

    launch_and_ring(exchange, RING_ALL)
    exchange.dial()

    assert [(one.supporter_id, one.via) for one in exchange.posted(CallRequested)] == [(ana, "ring")]
    assert [number for number, _ in exchange.voice.placed] == ["+14165550151"]


def test_without_the_ring_channel_nobody_is_rung(exchange: Exchange) -> None:
    exchange.sign(call=True)
    exchange.work()
    by_text = Announcement(**(vars(RING_ALL) | {"channels": ("text",)}))

    launch_and_ring(exchange, by_text)

    assert exchange.calls() == []


def test_a_launch_without_an_announcement_rings_nobody(exchange: Exchange) -> None:
    exchange.sign(call=True)
    exchange.work()
    exchange.launch()
    (launched,) = exchange.posted(CallCampaignLaunched)

    exchange.hear(launched)
    exchange.work()

    assert exchange.calls() == []


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ({"campaign": "status-for-all"}, ["ana", "bo"]),
        ({"campaign": "another"}, []),
        ({"petitions": ("fix-pgwp",)}, ["ana"]),
        ({"petitions": ("fix-pgwp", "care-for-all")}, ["ana", "bo"]),
        ({"languages": ("fr",)}, ["bo"]),
        ({"provinces": ("ON",)}, ["ana", "bo"]),
        ({"provinces": ("QC",)}, []),
        ({"ridings": ("35022",)}, ["bo"]),
        ({"languages": ("fr",), "ridings": ("35099",)}, []),
    ],
)
def test_a_ring_is_for_the_audience_that_was_counted(
    exchange: Exchange, audience: dict[str, object], expected: list[str]
) -> None:
    people = {
        exchange.sign("+14165550151", call=True): "ana",
        exchange.sign("+14165550152", "M6H1A1", call=True, language="fr", petition="care-for-all"): "bo",
    }
    exchange.work()
    exchange.moment.shift(1)
    exchange.work()

    launch_and_ring(exchange, ringing(**audience))

    assert sorted(people[one.supporter_id] for one in exchange.posted(CallRequested)) == expected


def test_a_ring_waits_for_the_opening(exchange: Exchange) -> None:
    exchange.sign(call=True)
    exchange.work()
    launch_and_ring(exchange, RING_ALL, opens_at=NOON + timedelta(hours=2), closes_at=NOON + timedelta(hours=5))
    assert exchange.calls() == []

    exchange.moment.shift(timedelta(hours=2))
    exchange.work()
    exchange.dial()

    assert exchange.call().state == State.DIALLING


def test_a_ring_waits_until_it_is_day_where_the_supporter_lives(exchange: Exchange) -> None:
    exchange.sign("+14165550151", "M5V2T6", call=True)
    exchange.sign("+16045550152", "V6B1A1", call=True)
    exchange.work()
    exchange.moment.shift(1)
    exchange.work()
    exchange.moment.move_to(TEN_IN_TORONTO)
    launch_and_ring(exchange, RING_ALL, opens_at=TEN_IN_TORONTO)

    while exchange.dial():
        pass
    in_the_morning = [number for number, _ in exchange.voice.placed]
    exchange.moment.move_to(TEN_IN_TORONTO + timedelta(hours=2))
    exchange.dial()

    assert in_the_morning == ["+14165550151"]
    assert [number for number, _ in exchange.voice.placed] == ["+14165550151", "+16045550152"]


def test_a_telephone_that_was_rung_enough_in_a_day_is_not_rung_by_a_launch_either(exchange: Exchange) -> None:
    exchange.launch()
    for _ in range(exchange.settings.calls_per_telephone_a_day):
        exchange.ring(call=True).status("no-answer")
    rung = len(exchange.calls())

    launch_and_ring(exchange, RING_ALL, slug="another-day")

    assert len(exchange.calls()) == rung


def test_a_consent_that_is_withdrawn_while_a_launch_rings_is_heeded(exchange: Exchange) -> None:
    maya = exchange.sign(call=True)
    exchange.work()
    exchange.launch(RING_ALL)
    exchange.hear(exchange.posted(CallCampaignLaunched)[-1])
    now, patience = exchange.backbone.clock(), exchange.settings.patience
    withdrawn = ConsentWithdrawn(supporter_id=maya, channel="call", source="text", withdrawn_at=now)

    with ThreadPoolExecutor(1) as meanwhile:
        with exchange.backbone.database.transaction() as transaction:
            hear_withdrawal(withdrawn, Records(transaction), now, patience)
            ringing = meanwhile.submit(exchange.work)
            wait_until(lambda: ringing.done() or somebody_waits(exchange))
        ringing.result()

    assert exchange.calls() == []


def test_consent_that_is_given_later_counts_and_a_withdrawal_calls_off_what_waits(exchange: Exchange) -> None:
    maya = exchange.sign(call=False)
    exchange.hear(ConsentGiven(supporter_id=maya, channel="call", source="page", given_at=NOON))
    exchange.work()
    launch_and_ring(exchange, RING_ALL)
    assert exchange.call().state == State.REQUESTED

    later = NOON + timedelta(minutes=1)
    exchange.hear(ConsentWithdrawn(supporter_id=maya, channel="call", source="text", withdrawn_at=later))

    assert exchange.call().called_off == Ending.WITHDRAWN
    assert exchange.dial() is False
    assert exchange.posted(CallFinished)[0].ending == "withdrawn"


def test_a_withdrawal_of_another_channel_leaves_calls_alone(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    exchange.hear(reply_of(maya))

    for channel in ("text", "email"):
        exchange.hear(ConsentWithdrawn(supporter_id=maya, channel=channel, source="text", withdrawn_at=NOON))

    assert exchange.call().state == State.REQUESTED
