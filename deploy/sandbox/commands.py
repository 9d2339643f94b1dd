"""The console command that serves the sandbox."""

import os
from pathlib import Path

import click
from aiohttp import web

from deploy.sandbox.configuration import ConfigurationIsWrong, read_configuration
from deploy.sandbox.server import create_app

LOCAL = "127.0.0.1"
PUBLIC = "GROUNDSWELL_PUBLIC_URL"
ON_PUBLIC = f"Where {{}}; by default {{}} below {PUBLIC}."


@click.command()
@click.option("--port", type=int, default=8025, show_default=True, help="Where to listen, on 127.0.0.1 only.")
@click.option("--messaging-webhook", help=ON_PUBLIC.format("inbound texts are posted", "/webhooks/twilio/messages"))
@click.option("--event-webhook", help=ON_PUBLIC.format("e-mail events are posted", "/webhooks/sendgrid/events"))
@click.option("--voice-webhook", help="Where a call from a telephone asks what to do. Without it nobody answers one.")
@click.option(
    "--check-specs",
    type=click.Path(path_type=Path),
    envvar="SANDBOX_CHECK_SPECS",
    help="A folder with the vendors' OpenAPI files, to check every request and answer against.",
)
def sandbox(
    port: int,
    messaging_webhook: str | None,
    event_webhook: str | None,
    voice_webhook: str | None,
    check_specs: Path | None,
) -> None:
    """Serve the stand-in for Twilio, SendGrid and Represent, with phones and inboxes at /sandbox/."""
    public = os.environ.get(PUBLIC, "http://127.0.0.1:8000").rstrip("/")
    try:
        configuration = read_configuration(
            os.environ,
            port=port,
            messaging_webhook=messaging_webhook or f"{public}/webhooks/twilio/messages",
            event_webhook=event_webhook or f"{public}/webhooks/sendgrid/events",
            voice_webhook=voice_webhook,
            specs=check_specs,
        )
        app = create_app(configuration)
    except ConfigurationIsWrong as error:
        raise click.ClickException(str(error)) from None
    _serve(app, configuration.port)


def _serve(app: web.Application, port: int) -> None:
    click.echo(f"sandbox: http://{LOCAL}:{port}/sandbox/")
    try:
        web.run_app(app, host=LOCAL, port=port, print=None, access_log=None, shutdown_timeout=1.0)
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror}") from None
