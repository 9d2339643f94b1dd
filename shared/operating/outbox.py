"""`groundswell outbox`: the domain events that Kafka would not take, listed, tried again or let go."""

from uuid import UUID

import click

from shared.operating.choosing import A_SERVICE, ALL, AN_ID, change, database_of


@click.group("outbox")
def outbox() -> None:
    """Look at the domain events that Kafka would not take; try them again, or let them go."""


@outbox.command("list")
@A_SERVICE
def list_refused(service: str) -> None:
    """List what a service's relay set aside: id, type, when, why."""
    from shared.outbox.refused import refused

    with database_of(service) as transaction:
        for one in refused(transaction):
            click.echo(f"{one.id}  {one.type}  {one.refused_at.isoformat()}  {one.refusal}")


@outbox.command("retry")
@A_SERVICE
@AN_ID
@ALL
def retry_refused(service: str, one: UUID | None, every: bool) -> None:
    """Have the relay try a domain event again."""
    from shared.outbox.refused import refused, retry

    change(service, one, every, refused, retry, "will be tried again")


@outbox.command("discard")
@A_SERVICE
@AN_ID
@ALL
def discard_refused(service: str, one: UUID | None, every: bool) -> None:
    """Let a domain event go for good: nobody will hear of it."""
    from shared.outbox.refused import discard, refused

    change(service, one, every, refused, discard, "discarded")
