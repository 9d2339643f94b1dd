"""All routes of the pages, with their stylesheet, their script, and the line that tells them what has changed."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from aiohttp import web

from deploy.sandbox.live import Live
from deploy.sandbox.pages.inboxes import inbox_page_routes
from deploy.sandbox.pages.overview import overview_routes
from deploy.sandbox.pages.phones import phone_page_routes
from deploy.sandbox.pages.rendering import ROOT
from deploy.sandbox.world import World

STATIC = Path(__file__).parent / "static"
FOREIGN = frozenset(("cross-site", "same-site"))


def page_routes(world: World) -> list[web.AbstractRouteDef]:
    """The routes."""
    return [
        web.get(ROOT, _to_root),
        *overview_routes(world),
        *phone_page_routes(world),
        *inbox_page_routes(world),
        web.get(f"{ROOT}/live", _Lines(world.around.live).open),
        web.static(f"{ROOT}/static", STATIC),
    ]


@web.middleware
async def own_forms_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse what a page of another site has a browser post here."""
    if request.method != "GET" and request.headers.get("Sec-Fetch-Site") in FOREIGN:
        raise web.HTTPForbidden(text="Only the sandbox's own pages may do this.")
    return await handler(request)


async def _to_root(request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently(f"{ROOT}/")


class _Lines:
    """Server-sent events: which of the wanted topics have changed."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def open(self, request: web.Request) -> web.StreamResponse:
        """A line that stays open as long as the page does."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(b": here\n\n")
        try:
            async for topics in self._live.listen(frozenset(request.query.getall("topic", []))):
                await response.write(b"data: " + orjson.dumps(topics) + b"\n\n" if topics else b": still here\n\n")
        except ConnectionError:
            pass
        return response
