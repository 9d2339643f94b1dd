"""`groundswell dead-letters`: what a consumer could not handle, listed, shown, tried again or let go."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from shared.operating.choosing import A_SERVICE, ALL, check_choice

if TYPE_CHECKING:
    from shared.bus.dead_letters import DeadLetter, DeadLetters

A_LETTER = click.argument("letter_id", required=False)


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

    check_choice(letter_id, every)
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
