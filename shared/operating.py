"""What an operator can do about what got stuck: `groundswell dead-letters …`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from shared.installed import ServiceName

if TYPE_CHECKING:
    from shared.bus.dead_letters import DeadLetter, DeadLetters

A_SERVICE = click.argument("service", type=ServiceName())


@click.group("dead-letters")
def dead_letters() -> None:
    """Look at what a consumer could not handle; try it again, or let it go."""


@dead_letters.command("list")
@A_SERVICE
def list_letters(service: str) -> None:
    """List a service's open dead letters: id, event, type, when, why."""
    for letter in _letters_of(service):
        click.echo(f"{letter.id}  {letter.type}  {letter.parked_at}  {letter.reason}")


@dead_letters.command("show")
@A_SERVICE
@click.argument("letter_id")
def show_letter(service: str, letter_id: str) -> None:
    """Show one dead letter whole. What is personal in it is sealed."""
    letter = _one_letter(service, letter_id)
    for name, value in letter.headers:
        click.echo(f"{name}: {value.decode('utf-8', 'replace')}")
    click.echo(letter.value.decode("utf-8", "replace"))


@dead_letters.command("replay")
@A_SERVICE
@click.argument("letter_id", required=False)
@click.option("--all", "every", is_flag=True, help="Replay every open dead letter.")
def replay_letter(service: str, letter_id: str | None, every: bool) -> None:
    """Have the service try a dead letter again."""
    from shared.bus.dead_letters import DeadLetters

    _settle(service, letter_id, every, DeadLetters.replay, "replayed")


@dead_letters.command("discard")
@A_SERVICE
@click.argument("letter_id", required=False)
@click.option("--all", "every", is_flag=True, help="Discard every open dead letter.")
def discard_letter(service: str, letter_id: str | None, every: bool) -> None:
    """Let a dead letter go for good."""
    from shared.bus.dead_letters import DeadLetters

    _settle(service, letter_id, every, DeadLetters.discard, "discarded")


def _letters_of(service: str) -> "list[DeadLetter]":
    from shared.bus import connections
    from shared.bus.dead_letters import open_letters
    from shared.settings import CoreSettings, load

    reader = connections.reader(load(CoreSettings))
    try:
        return open_letters(reader, service)
    finally:
        reader.close()


def _one_letter(service: str, letter_id: str) -> "DeadLetter":
    for letter in _letters_of(service):
        if letter.id == letter_id:
            return letter
    raise click.ClickException(f"{service} has no open dead letter {letter_id}; see `dead-letters list {service}`")


def _settle(
    service: str, letter_id: str | None, every: bool, settle: "Callable[[DeadLetters, DeadLetter], Any]", done: str
) -> None:
    from shared.bus import connections
    from shared.bus.dead_letters import DeadLetters
    from shared.settings import CoreSettings, load

    if every == (letter_id is not None):
        raise click.UsageError("name one dead letter, or give --all")
    chosen = _letters_of(service) if letter_id is None else [_one_letter(service, letter_id)]
    producer = connections.producer(load(CoreSettings))
    letters = DeadLetters(service, lambda: producer)
    for letter in chosen:
        settle(letters, letter)
        click.echo(f"{done} {letter.id}")
    producer.close()
