"""The overview: what was counted, what went wrong, how fast time passes, and switches for what shall go wrong."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from deploy.sandbox.pages.rendering import ROOT, back_to, page
from deploy.sandbox.world import World

ALERTS_SHOWN = 30
SPEEDS = (1, 10, 100)
# What a person may want to see go wrong, by a key for the form: words, and the fault.
SWITCHES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "texts-429": (
        "Twilio takes every second text only (429)",
        {"endpoint": "messages", "kind": "429", "probability": 0.5},
    ),
    "texts-500": (
        "Twilio fails at every fifth text (500)",
        {"endpoint": "messages", "kind": "500", "probability": 0.2},
    ),
    "texts-lost": (
        "Twilio takes a text but breaks the connection, one in ten",
        {"endpoint": "messages", "kind": "accepted_but_timed_out", "probability": 0.1},
    ),
    "texts-held": ("Texts wait 20 seconds before they go", {"endpoint": "delivery", "kind": "held", "seconds": 20}),
    "calls-500": ("Twilio fails at every fifth call (500)", {"endpoint": "calls", "kind": "500", "probability": 0.2}),
    "callbacks-twice": ("Status callbacks come twice", {"endpoint": "callbacks", "kind": "duplicated"}),
    "callbacks-swapped": (
        "Status callbacks overtake each other",
        {"endpoint": "callbacks", "kind": "reordered", "probability": 0.5},
    ),
    "callbacks-late": (
        "Status callbacks come 10 seconds late",
        {"endpoint": "callbacks", "kind": "late", "seconds": 10},
    ),
    "callbacks-lost": ("Status callbacks get lost", {"endpoint": "callbacks", "kind": "lost"}),
    "inbound-twice": ("Replies reach us twice", {"endpoint": "inbound", "kind": "duplicated"}),
    "mail-500": ("SendGrid fails at every second mail (500)", {"endpoint": "mail", "kind": "500", "probability": 0.5}),
    "mail-slow": ("SendGrid takes 5 seconds", {"endpoint": "mail", "kind": "slow", "seconds": 5}),
    "events-twice": ("E-mail events come twice", {"endpoint": "events", "kind": "duplicated"}),
    "represent-limit": ("Represent allows 60 requests a minute", {"endpoint": "represent", "kind": "rate_limited"}),
    "represent-503": ("Represent is away (503)", {"endpoint": "represent", "kind": "503"}),
}


class OverviewPages:
    """The page, and the forms on it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._around = world.around

    async def overview(self, request: web.Request) -> web.Response:
        """Everything at a glance."""
        return page(
            "overview.html",
            counts=self._world.counts(),
            alerts=self._around.alerts.latest()[:ALERTS_SHOWN],
            switches=[(key, words, self._is_on(fault)) for key, (words, fault) in SWITCHES.items()],
            others=[fault.as_data() for fault in self._around.faults.active if not self._has_switch(fault.as_data())],
            speeds=SPEEDS,
            speed=self._around.pace.speed,
            configuration=self._world.configuration,
            topics=["phones", "inboxes", "overview"],
        )

    async def switch(self, request: web.Request) -> web.Response:
        """Switch one fault on or off; the others stay."""
        _, fault = SWITCHES.get(request.match_info["key"], ("", None))
        if fault is None:
            raise web.HTTPNotFound(text="There is no such switch.")
        others = [one.as_data() for one in self._around.faults.active if not _same(one.as_data(), fault)]
        self._around.faults.replace(others if self._is_on(fault) else [*others, dict(fault)])
        self._around.live.changed("overview")
        raise back_to(f"{ROOT}/")

    async def set_speed(self, request: web.Request) -> web.Response:
        """Let time pass faster or as on the clock."""
        wanted = str((await request.post()).get("speed", ""))
        if wanted in map(str, SPEEDS):
            self._around.pace.change({"speed": int(wanted)})
        raise back_to(f"{ROOT}/")

    async def reset(self, request: web.Request) -> web.Response:
        """Empty every telephone and inbox; what telephones do by themselves stays."""
        await self._world.reset(scripts_too=False)
        raise back_to(f"{ROOT}/")

    def _is_on(self, fault: Mapping[str, Any]) -> bool:
        return any(_same(one.as_data(), fault) for one in self._around.faults.active)

    def _has_switch(self, active: Mapping[str, Any]) -> bool:
        return any(_same(active, fault) for _, fault in SWITCHES.values())


def _same(active: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(active[name] == value for name, value in wanted.items()) and active["count"] is None


def overview_routes(world: World) -> list[web.RouteDef]:
    """The routes."""
    pages = OverviewPages(world)
    return [
        web.get(f"{ROOT}/", pages.overview),
        web.post(f"{ROOT}/switches/{{key}}", pages.switch),
        web.post(f"{ROOT}/speed", pages.set_speed),
        web.post(f"{ROOT}/reset", pages.reset),
    ]
