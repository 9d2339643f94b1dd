"""The one console script, `groundswell`: what operators need, and the commands that services and deployments add."""

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any

import click

from shared.bus import connections
from shared.bus.dead_letters import DeadLetter, DeadLetters, open_letters
from shared.bus.topics import create_topics
from shared.database import BACKBONE_MIGRATIONS, migrate
from shared.privacy import MIGRATIONS as VAULT_MIGRATIONS
from shared.service import Service, assemble, installed_services
from shared.settings import CoreSettings, SettingsAreWrong, load


class Commands(click.Group):
    """The built-in commands, the deployment's (entry points) and the services' own, each loaded when asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Every command's name."""
        added = [point.name for point in entry_points(group="groundswell.commands")]
        return sorted({*super().list_commands(context), *added, *SERVICE_COMMANDS})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name."""
        if name in SERVICE_COMMANDS:
            return _service_command(name)
        for point in entry_points(group="groundswell.commands", name=name):
            command: click.Command = point.load()
            return command
        return super().get_command(context, name)


# Which service offers which command; listed here so that `--help` needs no database.
SERVICE_COMMANDS = {"organizer": "organizers", "erase": "organizers"}


def main() -> None:
    """Run the console script; a wrong setting or a part that is away is one line and exit code 1."""
    try:
        groundswell.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except SettingsAreWrong as error:
        sys.exit(f"groundswell: {error}")


@click.group(cls=Commands)
def groundswell() -> None:
    """Event-driven services for mass actions: petitions, rallies and call-in days."""


@groundswell.command()
@click.argument("services", nargs=-1)
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Where to listen: host:port.")
@click.option("--workers", default=2, show_default=True, help="How many processes answer.")
def web(services: tuple[str, ...], bind: str, workers: int) -> None:
    """Serve the pages and APIs of the named services, of all by default."""
    from shared.web_server import run_web

    run_web(_named(services), load(CoreSettings), bind, workers)


@groundswell.command()
@click.argument("services", nargs=-1)
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Where health and metrics are served.")
@click.option("--metrics-port", type=int, help="The port for health and metrics; none by default.")
def worker(services: tuple[str, ...], metrics_host: str, metrics_port: int | None) -> None:
    """Relay, react and do due work for the named services, for all by default."""
    from shared.worker import run_worker

    metrics = (metrics_host, metrics_port) if metrics_port is not None else None
    sys.exit(run_worker(_named(services), load(CoreSettings), metrics))


@groundswell.command("migrate")
@click.argument("services", nargs=-1)
def migrate_command(services: tuple[str, ...]) -> None:
    """Create and upgrade the databases of the named services (all by default) and the vault."""
    settings = load(CoreSettings)
    migrate(settings.database_url, "vault", VAULT_MIGRATIONS)
    for service in _named(services):
        migrate(settings.database_url, service.name, BACKBONE_MIGRATIONS, service.migrations)
        click.echo(f"{service.name}: the database is up to date")


@groundswell.command()
def topics() -> None:
    """Create the Kafka topics that are missing."""
    created = create_topics(load(CoreSettings), installed_services())
    click.echo("created " + ", ".join(created) if created else "all topics are there")


@groundswell.group("dead-letters")
def dead_letters() -> None:
    """Look at what a consumer could not handle; try it again, or let it go."""


@dead_letters.command("list")
@click.argument("service")
def list_letters(service: str) -> None:
    """List a service's open dead letters: id, type, when, why."""
    for letter in _letters_of(service):
        click.echo(f"{letter.id}  {letter.type}  {letter.parked_at}  {letter.reason}")


@dead_letters.command("show")
@click.argument("service")
@click.argument("letter_id")
def show_letter(service: str, letter_id: str) -> None:
    """Show one dead letter whole. What is personal in it is sealed."""
    letter = _one_letter(service, letter_id)
    for name, value in letter.headers:
        click.echo(f"{name}: {value.decode('utf-8', 'replace')}")
    click.echo(letter.value.decode("utf-8", "replace"))


@dead_letters.command("replay")
@click.argument("service")
@click.argument("letter_id", required=False)
@click.option("--all", "every", is_flag=True, help="Replay every open dead letter.")
def replay_letter(service: str, letter_id: str | None, every: bool) -> None:
    """Have the service try a dead letter again."""
    _settle(service, letter_id, every, DeadLetters.replay, "replayed")


@dead_letters.command("discard")
@click.argument("service")
@click.argument("letter_id", required=False)
@click.option("--all", "every", is_flag=True, help="Discard every open dead letter.")
def discard_letter(service: str, letter_id: str | None, every: bool) -> None:
    """Let a dead letter go for good."""
    _settle(service, letter_id, every, DeadLetters.discard, "discarded")


@groundswell.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a generated reference is out of date.")
def reference(check: bool) -> None:
    """Write docs/reference from the code: domain events (AsyncAPI), APIs (OpenAPI), settings, metrics."""
    from shared.reference import write_references

    outdated = write_references(installed_services(), check=check)
    if check and outdated:
        raise click.ClickException(f"out of date: {', '.join(outdated)}; run `groundswell reference`")
    click.echo("the references are current" if not outdated else f"wrote {', '.join(outdated)}")


def _named(names: Sequence[str]) -> list[Service]:
    services = installed_services()
    unknown = [name for name in names if name not in services]
    if unknown:
        raise click.UsageError(f"there is no service {', '.join(unknown)}; there are {', '.join(services)}")
    return [services[name] for name in names or services]


def _service_command(name: str) -> click.Command:
    (service,) = _named([SERVICE_COMMANDS[name]])
    _, assembly = assemble(service)
    return assembly.commands[name]


def _letters_of(service: str) -> list[DeadLetter]:
    (named,) = _named([service])
    reader = connections.reader(load(CoreSettings))
    try:
        return open_letters(reader, named.name)
    finally:
        reader.close()


def _one_letter(service: str, letter_id: str) -> DeadLetter:
    for letter in _letters_of(service):
        if letter.id == letter_id:
            return letter
    raise click.ClickException(f"{service} has no open dead letter {letter_id}; see `dead-letters list {service}`")


def _settle(
    service: str, letter_id: str | None, every: bool, settle: Callable[[DeadLetters, DeadLetter], Any], done: str
) -> None:
    if every == (letter_id is not None):
        raise click.UsageError("name one dead letter, or give --all")
    chosen = _letters_of(service) if letter_id is None else [_one_letter(service, letter_id)]
    producer = connections.producer(load(CoreSettings))
    letters = DeadLetters(service, lambda: producer)
    for letter in chosen:
        settle(letters, letter)
        click.echo(f"{done} {letter.id}")
    producer.close()


if __name__ == "__main__":
    main()
