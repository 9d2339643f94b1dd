"""What got stuck can be looked at, tried again and let go, from an operator's terminal."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.bus.dead_letters import LetterIsIncomplete
from shared.bus.topics import create_topics
from shared.clock import now
from shared.database import Database
from shared.due_work import schedule
from shared.due_work.tables import jobs
from shared.outbox.tables import outbox
from shared.settings import CoreSettings
from tests.integration.backbone.bus import Bus, new_bus, running, until
from tests.integration.backbone.processes import environment, groundswell, install_tester
from tests.integration.backbone.tester.service import react_as

Terminal = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_tester(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def terminal(installed: Path, settings: CoreSettings) -> Terminal:
    return lambda *arguments: groundswell(environment(installed, settings), *arguments)


@pytest.fixture
def tester(settings: CoreSettings, database: Database) -> Bus:
    """The bus that the installed tester is on, with nothing stuck."""
    create_topics(settings, ["tester"])
    bus = Bus("tester", settings, database)
    for letter in bus.letters():
        bus.dead_letters().discard(letter)
    return bus


def park(bus: Bus, thing: str, numbers: range) -> None:
    """Have the tester reject what happens to a thing."""
    parked = len(bus.letters()) + len(numbers)
    for number in numbers:
        bus.order("reject", thing, number)
    bus.publish(bus.events(thing, numbers))
    with running(bus.consumer().run):
        until(lambda: len(bus.letters()) == parked, "all are parked")


def test_dead_letters_are_listed_and_shown(tester: Bus, terminal: Terminal) -> None:
    park(tester, "listed", range(1))
    (letter,) = tester.letters()

    listed = terminal("dead-letters", "list", "tester")
    shown = terminal("dead-letters", "show", "tester", letter.id)

    assert listed.stdout.split()[:3] == [letter.id, letter.event_id, "thing.happened"]
    assert "told to, by [redacted]" in listed.stdout
    assert "groundswell_reason: told to, by [redacted]" in shown.stdout
    assert '{"thing":"listed","number":0,"padding":""}' in shown.stdout


def test_a_replayed_letter_acts_once_and_is_settled(tester: Bus, terminal: Terminal) -> None:
    park(tester, "replayed", range(1))
    (letter,) = tester.letters()
    tester.take_back("replayed", 0)

    replayed = terminal("dead-letters", "replay", "tester", letter.event_id)
    with running(tester.consumer().run):
        until(lambda: tester.acted("replayed") == [0], "it acts")

    assert replayed.stdout == f"replayed {letter.id}\n"
    assert tester.letters() == []


def test_a_replayed_letter_that_fails_again_is_not_lost(tester: Bus, terminal: Terminal) -> None:
    park(tester, "fails again", range(1))
    (letter,) = tester.letters()

    with running(tester.consumer().run):
        terminal("dead-letters", "replay", "tester", letter.id)
        (again,) = until(lambda: [one for one in tester.letters() if one.id != letter.id], "it is parked again")

    assert [one.id for one in tester.letters()] == [again.id]
    assert again.event_id == letter.event_id
    assert again.value == letter.value


def test_a_replay_is_for_the_consumer_that_asked(tester: Bus, settings: CoreSettings) -> None:
    park(tester, "mine", range(1))
    tester.take_back("mine", 0)
    another = new_bus(settings, tester.database)

    tester.dead_letters().replay(tester.letters()[0])
    with running(another.consumer(reactions=react_as("another", tester.happened)).run):
        until(lambda: sum(another.committed(tester.topic).values()) == len(tester.records()), "all is read")

    assert another.handled("seen_before") == 0
    assert tester.acted("mine") == [0]


def test_all_letters_are_replayed_or_discarded_together(tester: Bus, terminal: Terminal) -> None:
    park(tester, "together", range(3))

    discarded = terminal("dead-letters", "discard", "tester", "--all")

    assert len(discarded.stdout.splitlines()) == 3
    assert tester.letters() == []
    assert terminal("dead-letters", "list", "tester").stdout == ""


def test_a_letter_that_was_parked_twice_is_one(tester: Bus) -> None:
    tester.publish(tester.events("twice", range(1)))
    record = tester.records()[-1]

    for _ in range(2):
        tester.dead_letters().park(record, "the worker was killed before it could commit")

    assert len(tester.letters()) == 1


def test_what_is_too_large_to_be_kept_beside_its_reason_is_kept_without_its_body(tester: Bus) -> None:
    """It must not hold up its partition for ever."""
    tester.send("large", b"x" * 1_000_000, [("ce_type", b"thing.happened"), ("padding", b"y" * 48_350)])
    tester.publish(tester.events("large", range(1)))

    with running(tester.consumer().run):
        until(lambda: tester.acted("large") == [0], "the rest goes on")
    (letter,) = tester.letters()

    assert letter.value == b"null"
    assert letter.original_key == b"large"
    with pytest.raises(LetterIsIncomplete):
        tester.dead_letters().replay(letter)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("dead-letters", "show", "tester", "nowhere/0/0"), "no open dead letter nowhere/0/0"),
        (("dead-letters", "replay", "tester"), "name one, or give --all"),
        (("dead-letters", "replay", "tester", "nowhere/0/0", "--all"), "name one, or give --all"),
        (("dead-letters", "list", "nobody"), "there is no service nobody"),
        (("jobs", "retry", "tester", "01a210bd-bfed-7c5a-befc-38e2fd98eadf"), "none with the id"),
        (("outbox", "discard", "tester"), "name one, or give --all"),
        (("jobs", "retry", "tester", "one"), "not a valid UUID"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    tester: Bus, terminal: Terminal, arguments: tuple[str, ...], complaint: str
) -> None:
    done = terminal(*arguments)

    assert done.returncode != 0
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "away"),
    [
        (("dead-letters", "list", "tester"), {"GROUNDSWELL_KAFKA": "127.0.0.1:1"}),
        (("jobs", "list", "tester"), {"GROUNDSWELL_DATABASE_URL": "postgresql://groundswell@127.0.0.1:1"}),
    ],
)
def test_what_does_not_answer_is_told_in_a_line(
    installed: Path, settings: CoreSettings, command: tuple[str, ...], away: dict[str, str]
) -> None:
    done = groundswell(environment(installed, settings, **away), *command)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("groundswell: ")
    assert next(iter(away)) in done.stderr
    assert "Traceback" not in done.stderr


def fail_a_job(database: Database) -> str:
    with database.transaction() as transaction:
        schedule(transaction, "count", "one")
        transaction.execute(sa.update(jobs).values(failed_at=now(), failure="ZeroDivisionError: again"))
        return str(transaction.execute(sa.select(jobs.c.id)).scalar_one())


def test_failed_jobs_are_listed_tried_again_and_let_go(tester: Bus, terminal: Terminal) -> None:
    job = fail_a_job(tester.database)

    listed = terminal("jobs", "list", "tester")
    retried = terminal("jobs", "retry", "tester", job)
    listed_then = terminal("jobs", "list", "tester")
    fail_a_job(tester.database)
    discarded = terminal("jobs", "discard", "tester", "--all")

    assert listed.stdout.startswith(f"{job}  count  one  ")
    assert listed.stdout.endswith("ZeroDivisionError: again\n")
    assert retried.stdout == f"{job} will be tried again\n"
    assert listed_then.stdout == ""
    assert discarded.stdout == f"{job} discarded\n"


def test_refused_domain_events_are_listed_tried_again_and_let_go(tester: Bus, terminal: Terminal) -> None:
    tester.post(tester.events("refused", range(2)))
    refusal = sa.update(outbox).values(refused_at=now(), refusal="MessageSizeTooLargeError")
    with tester.database.transaction() as transaction:
        transaction.execute(refusal)
        one, other = transaction.execute(sa.select(outbox.c.id).order_by(outbox.c.sequence)).scalars()

    listed = terminal("outbox", "list", "tester")
    retried = terminal("outbox", "retry", "tester", str(one))
    discarded = terminal("outbox", "discard", "tester", "--all")
    with running(tester.relay().run):
        until(lambda: tester.waiting() == 0, "the outbox is empty")

    assert [line.split()[0] for line in listed.stdout.splitlines()] == [str(one), str(other)]
    assert retried.stdout == f"{one} will be tried again\n"
    assert discarded.stdout == f"{other} discarded\n"
    assert [record.key for record in tester.records()].count(b"refused") == 1
