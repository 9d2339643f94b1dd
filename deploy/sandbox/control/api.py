"""All routes of the control API."""

from aiohttp import web

from deploy.sandbox.control.calls import call_control_routes
from deploy.sandbox.control.conditions import condition_routes
from deploy.sandbox.control.inboxes import inbox_routes
from deploy.sandbox.control.phones import phone_routes
from deploy.sandbox.world import World


def control_routes(world: World) -> list[web.RouteDef]:
    """What can be set, counted and looked at."""
    return [*condition_routes(world), *phone_routes(world), *call_control_routes(world), *inbox_routes(world)]
