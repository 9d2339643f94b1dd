"""The sandbox as one web application: the vendors' own paths, and its own below /sandbox."""

from collections.abc import AsyncIterator

from aiohttp import web

from deploy.sandbox.answers import json_answer
from deploy.sandbox.calls.api import call_routes
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.contracts import contracts_middleware
from deploy.sandbox.control.api import control_routes
from deploy.sandbox.mail.api import LARGEST_MAIL, MailApi, mail_routes
from deploy.sandbox.pages.routes import own_forms_only, page_routes
from deploy.sandbox.represent.api import RepresentApi, represent_routes
from deploy.sandbox.texts.api import message_routes
from deploy.sandbox.twilio_api import TwilioApi
from deploy.sandbox.world import World

WORLD = web.AppKey("world", World)


def create_app(configuration: Configuration) -> web.Application:
    """The application for one account. Raises `ConfigurationIsWrong`."""
    world = World(configuration)
    app = web.Application(
        client_max_size=LARGEST_MAIL + 1024, middlewares=[contracts_middleware(world.contracts), own_forms_only]
    )
    app[WORLD] = world
    twilio = TwilioApi(configuration, world.around.faults)
    app.add_routes(
        [
            *message_routes(configuration, twilio, world.texts),
            *call_routes(configuration, twilio, world.exchange),
            *mail_routes(MailApi(configuration, world.around.faults, world.mailbox)),
            *represent_routes(RepresentApi(world.around.faults)),
            *control_routes(world),
            *page_routes(world),
            web.get("/healthz", _healthy),
        ]
    )
    app.cleanup_ctx.append(_background)
    app.on_shutdown.append(_let_pages_go)
    return app


async def _healthy(request: web.Request) -> web.Response:
    return json_answer({"ok": True})


async def _let_pages_go(app: web.Application) -> None:
    """End the lines to open pages, on which they would wait for ever."""
    app[WORLD].around.live.end()


async def _background(app: web.Application) -> AsyncIterator[None]:
    world = app[WORLD]
    world.start()
    yield
    await world.stop()
