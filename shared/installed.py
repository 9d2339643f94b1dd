"""Which services are installed, by name, without importing any of them."""

from importlib.metadata import entry_points
from typing import Any

import click

# The entry points by which services are found, as what is shared imports none of them.
GROUP = "groundswell.services"


def service_names() -> list[str]:
    """The name of every installed service."""
    return sorted(point.name for point in entry_points(group=GROUP))


class ServiceName(click.ParamType[str]):
    """A command's argument that names an installed service."""

    name = "service"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, or a usage error that lists the names there are."""
        if value not in service_names():
            self.fail(f"there is no service {value}; there are {', '.join(service_names())}", param, ctx)
        return str(value)
