"""Where supporters live, as far as calling needs to know; and the directory of those who represent them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.calls.domain.call import Aim, State
from services.calls.domain.directory import Representative, Riding, Snapshot
from services.calls.use_cases.mirror_directory import WITHOUT_A_DIRECTORY
from shared.domain_events.calls import CallFinished, SupporterLocated
from shared.due_work.tables import jobs
from tests.integration.calls.exchange import (
    CURRENT,
    DAVENPORT,
    DIRECTORY,
    MUTE,
    NOWHERE,
    SPADINA,
    VACANT,
    Exchange,
    reply_of,
)
from tests.unit.calls.made import MINISTER


@pytest.mark.parametrize(
    ("code", "ridings", "province"),
    [
        ("M5V2T6", (SPADINA.id,), "ON"),
        ("M5T1A1", (SPADINA.id, DAVENPORT.id), "ON"),
        ("J9P1A1", (VACANT.id,), "QC"),
        ("V2S1A1", (MUTE.id,), "BC"),
        (NOWHERE, (), None),
    ],
)
def test_a_supporter_is_located_by_their_postal_code(
    exchange: Exchange, code: str, ridings: tuple[str, ...], province: str | None
) -> None:
    supporter_id = exchange.sign(code=code)

    exchange.work()

    (located,) = exchange.posted(SupporterLocated)
    assert (located.supporter_id, located.ridings, located.province) == (supporter_id, ridings, province)
    assert len(located.riding_names) == len(ridings)


def test_a_postal_code_is_looked_up_once_and_kept_as_a_fingerprint_only(exchange: Exchange) -> None:
    exchange.sign("+14165550150")
    exchange.work()
    exchange.sign("+14165550151")
    exchange.work()

    assert exchange.represent.asked == ["representatives", "M5V2T6"]
    assert len(exchange.posted(SupporterLocated)) == 2
    with exchange.backbone.database.transaction() as transaction:
        kept = transaction.exec_driver_sql("SELECT fingerprint FROM postal_codes").scalars().all()
    assert len(kept) == 1
    assert "M5V" not in kept[0]


def test_who_gives_no_postal_code_is_not_looked_up(exchange: Exchange) -> None:
    exchange.sign(code=None)

    exchange.work()

    assert exchange.posted(SupporterLocated) == []
    assert exchange.represent.asked == ["representatives"]


def test_a_new_postal_code_is_looked_up_again_and_the_same_one_is_not(exchange: Exchange) -> None:
    for petition, code in (("first", "M5V2T6"), ("second", "M5V2T6"), ("third", "M6H1A1")):
        exchange.sign(code=code, petition=petition)
        exchange.work()
        exchange.moment.shift(1)

    assert [one.ridings for one in exchange.posted(SupporterLocated)] == [(SPADINA.id,), (DAVENPORT.id,)]


def test_look_ups_keep_to_the_directorys_pace(exchange: Exchange) -> None:
    for person, code in enumerate(["M5V2T6", "M6H1A1", "M5T1A1"]):
        exchange.sign(f"+1416555016{person}", code)

    seen = []
    for _ in range(3):
        exchange.work()
        seen.append(len(exchange.represent.asked) - 1)
        exchange.moment.shift(1)

    assert seen == [1, 2, 3]


def test_a_directory_that_is_away_is_asked_again(exchange: Exchange) -> None:
    exchange.sign()
    exchange.represent.is_away = True
    exchange.work()
    assert exchange.posted(SupporterLocated) == []

    exchange.represent.is_away = False
    exchange.moment.shift(timedelta(minutes=2))
    exchange.work()

    assert len(exchange.posted(SupporterLocated)) == 1


def test_look_ups_that_failed_keep_to_the_directorys_pace_too(exchange: Exchange) -> None:
    exchange.represent.is_away = True
    for person, code in enumerate(["M5V2T6", "M6H1A1", "M5T1A1"]):
        exchange.sign(f"+1416555016{person}", code)
    for _ in range(3):
        exchange.work()
        exchange.moment.shift(1)
    asked_in_vain = len(exchange.represent.asked)

    exchange.represent.is_away = False
    exchange.moment.shift(timedelta(minutes=3))
    exchange.work()

    assert len(exchange.represent.asked) - asked_in_vain == 1


def test_who_asks_for_a_call_before_being_located_is_dialled_afterwards(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.hear(reply_of(maya))
    assert exchange.dial() is False
    assert (exchange.call().aim, exchange.call().state) == (Aim.PENDING, State.REQUESTED)

    exchange.work()
    exchange.dial()

    assert (exchange.call().aim, exchange.call().riding) == (Aim.RIDING, SPADINA.id)
    assert exchange.call().state == State.DIALLING


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("M5T1A1", "several_ridings"),
        ("J9P1A1", "seat_is_vacant"),
        ("V2S1A1", "office_has_no_telephone"),
        (NOWHERE, "riding_unknown"),
    ],
)
def test_who_cannot_be_connected_is_told_why_and_with_a_fallback_is_connected_with_that(
    exchange: Exchange, code: str, ending: str
) -> None:
    exchange.launch()
    exchange.launch(slug="with-a-fallback", fallback=MINISTER)
    maya = exchange.sign(code=code)
    exchange.hear(reply_of(maya))
    exchange.hear(reply_of(maya, call_campaign="with-a-fallback"))

    exchange.work()
    exchange.dial()

    (finished,) = exchange.posted(CallFinished)
    assert (finished.call_campaign, finished.ending) == ("call-in-day", ending)
    (dialled,) = [call for call in exchange.calls() if call.state == State.DIALLING]
    assert dialled.line is not None
    assert dialled.line.number == MINISTER.number


def test_an_organizer_may_have_the_first_of_several_ridings_called(exchange: Exchange) -> None:
    exchange.launch(first_riding_by_text=True)
    maya = exchange.sign(code="M5T1A1")
    exchange.work()

    exchange.hear(reply_of(maya))

    assert exchange.call().riding == SPADINA.id


def test_the_first_directory_is_fetched_at_the_start_and_soon_again_where_it_is_away(unmirrored: Exchange) -> None:
    exchange = unmirrored
    exchange.represent.is_away = True
    exchange.sign()
    exchange.mirror()
    assert exchange.ask(lambda records: records.directory.version()) is None
    assert exchange.posted(SupporterLocated) == []

    exchange.represent.is_away = False
    exchange.moment.shift(WITHOUT_A_DIRECTORY)
    exchange.work()
    exchange.moment.shift(WITHOUT_A_DIRECTORY)
    exchange.work()

    assert exchange.ask(lambda records: records.directory.size()) == len(DIRECTORY.representatives)
    assert len(exchange.posted(SupporterLocated)) == 1


def test_the_directory_is_mirrored_once_a_day(exchange: Exchange) -> None:
    with exchange.backbone.database.transaction() as transaction:
        due_at = transaction.execute(sa.select(jobs.c.due_at).where(jobs.c.kind == "mirror_directory")).scalar_one()
    assert due_at == exchange.backbone.clock() + timedelta(days=1)

    exchange.moment.shift(timedelta(days=1))
    exchange.represent.snapshot = _of([*DIRECTORY.representatives[1:], _mp("24001", "Di Vu")])
    exchange.work()

    seated = exchange.ask(lambda records: records.directory.representatives())
    assert {one.name for one in seated.values()} == {"Bo Roy", "Ed Chu", "Cy Ames", "Di Vu"}


def test_an_implausible_directory_is_refused_and_the_last_one_serves(exchange: Exchange) -> None:
    exchange.moment.shift(timedelta(days=1))
    exchange.represent.snapshot = _of([_mp("35099", "Only One")])

    exchange.work()

    seated = exchange.ask(lambda records: records.directory.representatives())
    assert {one.name for one in seated.values()} == {one.name for one in DIRECTORY.representatives}


def test_an_unchanged_directory_makes_no_new_version(exchange: Exchange) -> None:
    before = exchange.ask(lambda records: records.directory.version())

    exchange.moment.shift(timedelta(days=1))
    exchange.work()

    after = exchange.ask(lambda records: records.directory.version())
    assert after.id == before.id
    assert after.seen_at - before.seen_at == timedelta(days=1)


def _of(people: list[Representative]) -> Snapshot:
    return Snapshot(boundary_set=CURRENT, representatives=tuple(people))


def _mp(riding: str, name: str) -> Representative:
    return Representative(name=name, riding=Riding(id=riding, name=f"Riding {riding}"))
