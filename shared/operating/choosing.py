"""Which of a service's stuck things a command is about, and how each of those is changed in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from shared.installed import ServiceName

if TYPE_CHECKING:
    from sqlalchemy import Connection

Change = Callable[["Connection", Sequence[UUID]], None]

A_SERVICE = click.argument("service", type=ServiceName())
AN_ID = click.argument("one", metavar="[ID]", type=click.UUID, required=False)
ALL = click.option("--all", "every", is_flag=True, help="All of them.")


@contextmanager
def database_of(service: str) -> "Iterator[Connection]":
    """A transaction in a service's database."""
    from shared.database import connect
    from shared.settings import CoreSettings, load

    database = connect(load(CoreSettings).database_url, service, connections=1)
    try:
        with database.transaction() as transaction:
            yield transaction
    finally:
        database.close()


def change(
    service: str,
    one: UUID | None,
    every: bool,
    find: "Callable[[Connection], Sequence[Any]]",
    act: Change,
    done: str,
) -> None:
    """Have something done to the one that is named, or to all that `find` finds, and say so of each."""
    check_choice(one, every)
    with database_of(service) as transaction:
        chosen = [found.id for found in find(transaction) if one in (None, found.id)]
        if one and not chosen:
            raise click.ClickException(f"{service} has none with the id {one}")
        if chosen:
            act(transaction, chosen)
    for id_ in chosen:
        click.echo(f"{id_} {done}")


def check_choice(one: object, every: bool) -> None:
    """Raise a usage error unless just one is named, or all are meant."""
    if every == (one is not None):
        raise click.UsageError("name one, or give --all")
