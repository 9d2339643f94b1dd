"""What an operator can do about what got stuck: `groundswell dead-letters`, `groundswell outbox`, `groundswell jobs`.

Dead letters are domain events that a service could not handle; the outbox holds those that Kafka would not take; jobs
are long or later work that failed for good. Each can be listed, tried again, or let go.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from shared.installed import ServiceName

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from shared.bus.dead_letters import DeadLetter, DeadLetters

Change = Callable[["Connection", Sequence[UUID]], None]

A_SERVICE = click.argument("service", type=ServiceName())
A_LETTER = click.argument("letter_id", required=False)
AN_ID = click.argument("one", metavar="[ID]", type=click.UUID, required=False)
ALL = click.option("--all", "every", is_flag=True, help="All of them.")


@click.group("dead-letters")
def dead_letters() -> None:
    """Look at what a consumer could not handle; try it again, or let it go."""


@dead_letters.command("list")
@A_SERVICE
def list_letters(service: str) -> None:
    """List a service's open dead letters: id, event, type, when, why."""
    for letter in _letters_of(service):
        click.echo(f"{letter.id}  {letter.event_id or '-'}  {letter.type}  {letter.parked_at}  {letter.reason}")


@dead_letters.command("show")
@A_SERVICE
@click.argument("letter_id")
def show_letter(service: str, letter_id: str) -> None:
    """Show one dead letter whole, by its id or its event's. What is personal in it is sealed."""
    for letter in _chosen_letters(service, letter_id):
        for name, value in letter.headers:
            click.echo(f"{name}: {value.decode('utf-8', 'replace')}")
        click.echo(letter.value.decode("utf-8", "replace"))


@dead_letters.command("replay")
@A_SERVICE
@A_LETTER
@ALL
def replay_letter(service: str, letter_id: str | None, every: bool) -> None:
    """Have the service try a dead letter again."""
    from shared.bus.dead_letters import DeadLetters

    _settle(service, letter_id, every, DeadLetters.replay, "replayed")


@dead_letters.command("discard")
@A_SERVICE
@A_LETTER
@ALL
def discard_letter(service: str, letter_id: str | None, every: bool) -> None:
    """Let a dead letter go for good."""
    from shared.bus.dead_letters import DeadLetters

    _settle(service, letter_id, every, DeadLetters.discard, "discarded")


@click.group("outbox")
def outbox() -> None:
    """Look at the domain events that Kafka would not take; try them again, or let them go."""


@outbox.command("list")
@A_SERVICE
def list_refused(service: str) -> None:
    """List what a service's relay set aside: id, type, when, why."""
    from shared.outbox.refused import refused

    with _database_of(service) as transaction:
        for one in refused(transaction):
            click.echo(f"{one.id}  {one.type}  {one.refused_at.isoformat()}  {one.refusal}")


@outbox.command("retry")
@A_SERVICE
@AN_ID
@ALL
def retry_refused(service: str, one: UUID | None, every: bool) -> None:
    """Have the relay try a domain event again."""
    from shared.outbox.refused import refused, retry

    _change(service, one, every, refused, retry, "will be tried again")


@outbox.command("discard")
@A_SERVICE
@AN_ID
@ALL
def discard_refused(service: str, one: UUID | None, every: bool) -> None:
    """Let a domain event go for good: nobody will hear of it."""
    from shared.outbox.refused import discard, refused

    _change(service, one, every, refused, discard, "discarded")


@click.group("jobs")
def jobs() -> None:
    """Look at the jobs that failed for good; try them again, or let them go."""


@jobs.command("list")
@A_SERVICE
def list_failed(service: str) -> None:
    """List a service's failed jobs: id, kind, key, when, why."""
    from shared.due_work.failed import failed

    with _database_of(service) as transaction:
        for job in failed(transaction):
            click.echo(f"{job.id}  {job.kind}  {job.key}  {job.failed_at.isoformat()}  {job.failure}")


@jobs.command("retry")
@A_SERVICE
@AN_ID
@ALL
def retry_failed(service: str, one: UUID | None, every: bool) -> None:
    """Have a job go on from where it stopped."""
    from shared.due_work.failed import failed, retry

    _change(service, one, every, failed, retry, "will be tried again")


@jobs.command("discard")
@A_SERVICE
@AN_ID
@ALL
def discard_failed(service: str, one: UUID | None, every: bool) -> None:
    """Let a job go for good."""
    from shared.due_work.failed import discard, failed

    _change(service, one, every, failed, discard, "discarded")


def _letters_of(service: str) -> "list[DeadLetter]":
    from shared.bus import connections
    from shared.bus.dead_letters import open_letters
    from shared.settings import CoreSettings, load

    reader = connections.reader(load(CoreSettings))
    try:
        return open_letters(reader, service)
    finally:
        reader.close()


def _chosen_letters(service: str, letter_id: str | None) -> "list[DeadLetter]":
    """Those of an id, which may be the event's, or all."""
    letters = _letters_of(service)
    if letter_id is None:
        return letters
    chosen = [letter for letter in letters if letter_id in (letter.id, letter.event_id)]
    if not chosen:
        raise click.ClickException(f"{service} has no open dead letter {letter_id}; see `dead-letters list {service}`")
    return chosen


def _settle(
    service: str, letter_id: str | None, every: bool, settle: "Callable[[DeadLetters, DeadLetter], Any]", done: str
) -> None:
    from shared.bus import connections
    from shared.bus.dead_letters import DeadLetters, LetterIsIncomplete
    from shared.settings import CoreSettings, load

    _check_choice(letter_id, every)
    chosen = _chosen_letters(service, letter_id)
    producer = connections.producer(load(CoreSettings))
    letters = DeadLetters(service, lambda: producer)
    try:
        for letter in chosen:
            settle(letters, letter)
            click.echo(f"{done} {letter.id}")
    except LetterIsIncomplete as error:
        raise click.ClickException(str(error)) from error
    finally:
        producer.close(timeout=5)


@contextmanager
def _database_of(service: str) -> "Iterator[Connection]":
    from shared.database import connect
    from shared.settings import CoreSettings, load

    database = connect(load(CoreSettings).database_url, service, connections=1)
    try:
        with database.transaction() as transaction:
            yield transaction
    finally:
        database.close()


def _change(
    service: str,
    one: UUID | None,
    every: bool,
    find: "Callable[[Connection], Sequence[Any]]",
    change: Change,
    done: str,
) -> None:
    _check_choice(one, every)
    with _database_of(service) as transaction:
        chosen = [found.id for found in find(transaction) if one in (None, found.id)]
        if one and not chosen:
            raise click.ClickException(f"{service} has none with the id {one}")
        if chosen:
            change(transaction, chosen)
    for id_ in chosen:
        click.echo(f"{id_} {done}")


def _check_choice(one: object, every: bool) -> None:
    if every == (one is not None):
        raise click.UsageError("name one, or give --all")
