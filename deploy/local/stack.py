"""What the local stack runs, in which order: real components, the sandbox, and every installed service."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from deploy.local import kafka, postgres
from deploy.local.data_folder import DataFolder
from deploy.local.ports import HOST, WORKERS_AT_MOST, Ports
from deploy.local.program import Program
from deploy.local.readiness import is_ready, status_of
from deploy.local.settings import POSTGRES_PASSWORD
from deploy.local.trouble import CannotStart
from shared.installed import service_names

MIGRATE, TOPICS, SANDBOX, WEB = "migrate", "topics", "sandbox", "web"
READY_WITHIN_SECONDS = 120.0
# What is written soon is worth more than what is written fast: each line reaches its log at once.
UNBUFFERED = {"PYTHONUNBUFFERED": "1"}
# Every process keeps connections to each of its services' databases and to the vault.
POSTGRES_OPTIONS = {"max_connections": "400"}


@dataclass(frozen=True)
class Plan:
    """Everything there is to know before a stack is started."""

    folder: DataFolder
    ports: Ports
    settings: Mapping[str, str]
    environment: Mapping[str, str]
    web_workers: int = 2

    @property
    def in_force(self) -> dict[str, str]:
        """The variables that the processes get: those of the file, and above them the environment's own."""
        return {**self.settings, **self.environment}


def programs(plan: Plan) -> list[Program]:
    """All programs of a stack. Raises `CannotStart`."""
    real = _real_components(plan)
    names = {program.name for program in real}
    migrate = _step(plan, MIGRATE, after=names & {postgres.NAME})
    topics = _step(plan, TOPICS, after=names & {kafka.NAME})
    return [*real, _sandbox(plan), migrate, topics, _web(plan), *_workers(plan)]


def worker_of(service: str) -> str:
    """The name of a service's worker."""
    return f"{service}-worker"


def _real_components(plan: Plan) -> list[Program]:
    """The broker and the database, but for those that the environment says are elsewhere."""
    started: list[Program] = []
    if "GROUNDSWELL_DATABASE_URL" not in plan.environment:
        password = plan.settings[POSTGRES_PASSWORD]
        started += postgres.postgres(plan.folder.postgres, plan.ports.postgres, password, POSTGRES_OPTIONS)
    if "GROUNDSWELL_KAFKA" not in plan.environment:
        started += kafka.kafka(plan.folder.kafka, plan.ports)
    return started


def _step(plan: Plan, name: str, after: set[str]) -> Program:
    return Program(
        name=name,
        command=_groundswell(name),
        after=tuple(after),
        runs_once=True,
        environment=environment_of(plan),
        ready_within_seconds=READY_WITHIN_SECONDS,
    )


def _sandbox(plan: Plan) -> Program:
    port = plan.ports.sandbox
    return Program(
        name=SANDBOX,
        command=_groundswell(SANDBOX, f"--port={port}"),
        # It could start sooner; but it is stopped together with the web process, whose open pages it feeds.
        after=(MIGRATE,),
        ports=(port,),
        environment=environment_of(plan),
        is_ready=lambda: status_of(port, "/healthz") == HTTPStatus.OK,
        ready_within_seconds=READY_WITHIN_SECONDS,
    )


def _web(plan: Plan) -> Program:
    port = plan.ports.web
    return Program(
        name=WEB,
        command=as_module("deploy.local.web", f"{HOST}:{port}", str(plan.web_workers)),
        after=(MIGRATE,),
        ports=(port,),
        environment=environment_of(plan) | {"PROMETHEUS_MULTIPROC_DIR": str(plan.folder.path / "metrics")},
        is_ready=lambda: is_ready(port),
        ready_within_seconds=READY_WITHIN_SECONDS,
    )


def _workers(plan: Plan) -> list[Program]:
    services = service_names()
    if len(services) > WORKERS_AT_MOST:
        raise CannotStart(f"there is room for {WORKERS_AT_MOST} services, and {len(services)} are installed")
    return [_worker(plan, service, plan.ports.metrics + number) for number, service in enumerate(services)]


def _worker(plan: Plan, service: str, port: int) -> Program:
    return Program(
        name=worker_of(service),
        command=_groundswell("worker", service, f"--metrics-host={HOST}", f"--metrics-port={port}"),
        after=(MIGRATE, TOPICS),
        ports=(port,),
        environment=environment_of(plan),
        is_ready=lambda: is_ready(port),
        ready_within_seconds=READY_WITHIN_SECONDS,
        stop_within_seconds=25.0,
    )


def as_module(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs one of our modules on the Python we run on; not from the folder we happen to be in."""
    return (sys.executable, "-P", "-m", module, *arguments)


def environment_of(plan: Plan) -> dict[str, str]:
    """The variables of one of our processes."""
    return {**plan.in_force, **UNBUFFERED}


def _groundswell(*arguments: str) -> tuple[str, ...]:
    return as_module("shared.command_line", *arguments)
