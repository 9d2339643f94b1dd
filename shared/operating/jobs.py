"""`groundswell jobs`: the jobs that failed for good, listed, tried again or let go."""

from uuid import UUID

import click

from shared.operating.choosing import A_SERVICE, ALL, AN_ID, change, database_of


@click.group("jobs")
def jobs() -> None:
    """Look at the jobs that failed for good; try them again, or let them go."""


@jobs.command("list")
@A_SERVICE
def list_failed(service: str) -> None:
    """List a service's failed jobs: id, kind, key, when, why."""
    from shared.due_work.failed import failed

    with database_of(service) as transaction:
        for job in failed(transaction):
            click.echo(f"{job.id}  {job.kind}  {job.key}  {job.failed_at.isoformat()}  {job.failure}")


@jobs.command("retry")
@A_SERVICE
@AN_ID
@ALL
def retry_failed(service: str, one: UUID | None, every: bool) -> None:
    """Have a job go on from where it stopped."""
    from shared.due_work.failed import failed, retry

    change(service, one, every, failed, retry, "will be tried again")


@jobs.command("discard")
@A_SERVICE
@AN_ID
@ALL
def discard_failed(service: str, one: UUID | None, every: bool) -> None:
    """Let a job go for good."""
    from shared.due_work.failed import discard, failed

    change(service, one, every, failed, discard, "discarded")
