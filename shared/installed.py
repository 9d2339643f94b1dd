"""Which services are installed, by name, without importing any of them."""

from importlib.metadata import entry_points
from typing import Any

import click

GROUP = "groundswell.services"


def service_names() -> list[str]:
    """The name of every installed service; they are found by entry point, as what is shared imports no service."""
    return sorted(point.name for point in entry_points(group=GROUP))


class ServiceName(click.ParamType[str]):
    """A command's argument that names an installed service."""

    name = "service"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, or a usage error that lists the names there are."""
        if value not in service_names():
            self.fail(f"there is no service {value}; there are {', '.join(service_names())}", param, ctx)
        return str(value)
