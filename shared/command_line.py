"""The one console script, `groundswell`: what operators need, and the commands that services and deployments add.

Nothing heavy is imported before a command needs it, so that `--help` is quick and works where a part is missing.
"""

import errno
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

import click

from shared.installed import ServiceName, service_names
from shared.operating.dead_letters import dead_letters
from shared.operating.jobs import jobs
from shared.operating.outbox import outbox

if TYPE_CHECKING:
    from shared.service import Service

# Wide enough for any summary; the terminal's own width wraps it.
SUMMARY_WIDTH = 200

# Commands that a service offers, and what they do; told here, as the service itself needs settings to say so.
SERVICE_COMMANDS = {
    "organizer": ("organizers", "Add organizers and see to their accounts."),
    "erase": ("organizers", "Erase a supporter: destroy their key, and with it every copy."),
}
SOME_SERVICES = click.argument("services", nargs=-1, type=ServiceName())


class Commands(click.Group):
    """The built-in commands, the deployment's (entry points) and the services' own, each loaded when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        added = [point.name for point in entry_points(group="groundswell.commands")]
        return sorted({*super().list_commands(ctx), *added, *SERVICE_COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; a `ClickException` where what it needs is missing."""
        if cmd_name in SERVICE_COMMANDS:
            return _service_command(cmd_name)
        for point in entry_points(group="groundswell.commands", name=cmd_name):
            return _load_command(point)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command with what it does; one that cannot be loaded says so and spoils nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._summary(ctx, name)) for name in self.list_commands(ctx)])

    def _summary(self, context: click.Context, name: str) -> str:
        if name in SERVICE_COMMANDS:
            return SERVICE_COMMANDS[name][1]
        try:
            command = self.get_command(context, name)
        except click.ClickException as error:
            return f"({error.message})"
        return command.get_short_help_str(SUMMARY_WIDTH) if command else ""


def main() -> None:
    """Run the console script; a wrong setting or a part that is away is one line and exit code 1."""
    try:
        outcome = groundswell.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except Exception as error:
        line = _known_trouble(error)
        if line is None:
            raise
        sys.exit(f"groundswell: {line}")
    sys.exit(outcome if type(outcome) is int else 0)


@click.group(cls=Commands)
def groundswell() -> None:
    """Event-driven services for mass actions: petitions, rallies and call-in days."""


for group in (dead_letters, outbox, jobs):
    groundswell.add_command(group)


@groundswell.command()
@SOME_SERVICES
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Where to listen: host:port.")
@click.option("--workers", default=2, show_default=True, help="How many processes answer.")
@click.option("--proxies", default=0, show_default=True, help="How many trusted proxies stand in front.")
def web(services: tuple[str, ...], bind: str, workers: int, proxies: int) -> None:
    """Serve the pages and APIs of the named services, of all by default."""
    from shared.settings import CoreSettings, load
    from shared.web_server import run_web

    sys.exit(run_web(services or service_names(), load(CoreSettings), bind, workers, proxies=proxies))


@groundswell.command()
@SOME_SERVICES
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Where health and metrics are served.")
@click.option("--metrics-port", type=int, help="The port for health and metrics; none by default.")
def worker(services: tuple[str, ...], metrics_host: str, metrics_port: int | None) -> None:
    """Relay, react and do due work for the named services, for all by default."""
    from shared.settings import CoreSettings, load
    from shared.worker.process import run_worker

    metrics = (metrics_host, metrics_port) if metrics_port is not None else None
    sys.exit(run_worker(_named(services), load(CoreSettings), metrics))


@groundswell.command("migrate")
@SOME_SERVICES
def migrate_command(services: tuple[str, ...]) -> None:
    """Create and upgrade the databases of the named services (all by default) and the vault."""
    from shared.database import BACKBONE_MIGRATIONS, migrate
    from shared.privacy import MIGRATIONS as VAULT_MIGRATIONS
    from shared.settings import CoreSettings, load

    settings = load(CoreSettings)
    migrate(settings.database_url, "vault", VAULT_MIGRATIONS)
    for service in _named(services):
        migrate(settings.database_url, service.name, BACKBONE_MIGRATIONS, service.migrations)
        click.echo(f"{service.name}: the database is up to date")


@groundswell.command()
def topics() -> None:
    """Create the Kafka topics that are missing."""
    from shared.bus.topics import create_topics
    from shared.settings import CoreSettings, load

    created = create_topics(load(CoreSettings), service_names())
    click.echo("created " + ", ".join(created) if created else "all topics are there")


@groundswell.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a generated reference is out of date.")
def reference(check: bool) -> None:
    """Write docs/reference from the code: domain events (AsyncAPI), APIs (OpenAPI), settings, metrics."""
    from shared.reference.pages import write_references
    from shared.service import installed_services

    outdated = write_references(installed_services(), check=check)
    if check and outdated:
        raise click.ClickException(f"out of date: {', '.join(outdated)}; run `groundswell reference`")
    click.echo("the references are current" if not outdated else f"wrote {', '.join(outdated)}")


def _named(names: tuple[str, ...]) -> "list[Service]":
    from shared.service import service_named

    return [service_named(name) for name in names or service_names()]


def _service_command(name: str) -> click.Command:
    from shared.service import assemble, service_named

    service, _ = SERVICE_COMMANDS[name]
    _, assembly = assemble(service_named(service))
    return assembly.commands[name]


def _load_command(point: EntryPoint) -> click.Command:
    try:
        command: click.Command = point.load()
    except Exception as error:  # whatever it is, only this one command is not to be had
        raise click.ClickException(f"`{point.name}` is not available here: {error}") from error
    return command


def _known_trouble(error: Exception) -> str | None:
    """One line about what an operator can mend; None where it is a defect, which deserves its traceback."""
    from kafka.errors import KafkaError

    from shared.database import DatabaseIsAway
    from shared.settings import SettingsAreWrong

    if isinstance(error, SettingsAreWrong):
        return str(error)
    if isinstance(error, KafkaError):
        return f"Kafka does not answer as it should ({type(error).__name__}); see GROUNDSWELL_KAFKA"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return "a port is already taken; give another one"
    if isinstance(error, DatabaseIsAway):
        return "the database does not answer; see GROUNDSWELL_DATABASE_URL"
    return None


if __name__ == "__main__":
    main()
