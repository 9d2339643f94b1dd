"""What a service is made of, as plain data, and what it is given to build itself from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

import click
from sqlalchemy import MetaData

from shared.bus.reactions import Reactions
from shared.clock import Clock, now
from shared.database import Database, connect
from shared.due_work import Perform
from shared.due_work.loop import Periodic
from shared.installed import GROUP, service_names
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault
from shared.settings import CoreSettings, load

# One turn of a loop of a service's own, such as sending what is planned; whether there was anything to do.
Turn = Callable[[], bool]


@dataclass(frozen=True)
class Backbone:
    """What every service is built from."""

    settings: CoreSettings
    database: Database
    vault: Vault
    fingerprints: Fingerprints
    clock: Clock = now


@dataclass(frozen=True)
class Assembly:
    """A service that is ready to run: its routes for the web process, the rest for the worker."""

    reactions: Reactions
    pages: Sequence[Any] = ()  # Flask blueprints
    api: Sequence[Any] = ()  # flask-smorest blueprints; they are what the OpenAPI file describes
    lanes: Sequence[Any] = ()  # `shared.web.lanes.Lane`s beside some of their views
    jobs: Mapping[str, Perform] = field(default_factory=dict)
    periodic: Mapping[str, Periodic] = field(default_factory=dict)
    loops: Mapping[str, Turn] = field(default_factory=dict)
    # What an operator's terminal may ask of the service, such as `groundswell organizer add`.
    commands: Mapping[str, click.Command] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """A service's name, what it stores, what can be set, and how it is put together."""

    name: str
    assemble: Callable[[Backbone], Assembly]
    tables: MetaData
    migrations: Path
    settings: type | None = None


def service_named(name: str) -> Service:
    """One service by its name. Raises `KeyError` where there is none."""
    for point in entry_points(group=GROUP, name=name):
        return cast(Service, point.load())
    raise KeyError(name)


def installed_services() -> dict[str, Service]:
    """Every service there is, by name."""
    return {name: service_named(name) for name in service_names()}


def backbone_for(service: Service, settings: CoreSettings, *, connections: int = 10) -> Backbone:
    """Connect a service to its database and the vault."""
    return Backbone(
        settings=settings,
        database=connect(settings.database_url, service.name, connections=connections),
        vault=Vault(connect(settings.database_url, "vault", connections=connections), settings.key_encryption_key),
        fingerprints=Fingerprints(settings.pepper),
    )


def assemble(service: Service, settings: CoreSettings | None = None) -> tuple[Backbone, Assembly]:
    """Build a service from the environment's settings. Raises `SettingsAreWrong`."""
    backbone = backbone_for(service, settings or load(CoreSettings))
    return backbone, service.assemble(backbone)
