"""The conditions of a rehearsal: pace, faults, keyword rules; what was counted; and starting anew."""

import asyncio

from aiohttp import web

from deploy.sandbox.answers import RequestIsWrong, json_answer, json_object
from deploy.sandbox.control.door import PREFIX, open_to_all
from deploy.sandbox.signing import public_key
from deploy.sandbox.world import World


class Conditions:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._around = world.around

    async def counts(self, request: web.Request) -> web.Response:
        """Everything that is counted."""
        return json_answer(self._world.counts())

    async def account(self, request: web.Request) -> web.Response:
        """The account that the sandbox plays, without its secrets, and the key to check SendGrid's events with."""
        configuration = self._world.configuration
        return json_answer(
            {
                "account_sid": configuration.account_sid,
                "text_from": configuration.text_from,
                "call_from": configuration.call_from,
                "sendgrid_public_key": public_key(configuration.event_key),
                "messaging_webhook": configuration.messaging_webhook,
                "event_webhook": configuration.event_webhook,
                "voice_webhook": configuration.voice_webhook,
            }
        )

    async def pace(self, request: web.Request) -> web.Response:
        """How fast time passes."""
        return json_answer(self._around.pace.as_data())

    async def set_pace(self, request: web.Request) -> web.Response:
        """Set some of the pace."""
        self._around.pace.change(await json_object(request))
        return await self.pace(request)

    async def keywords(self, request: web.Request) -> web.Response:
        """How Twilio treats STOP, START and YES."""
        return json_answer(self._world.texts.opt_outs.rules.as_data())

    async def set_keywords(self, request: web.Request) -> web.Response:
        """Set some of the keyword rules."""
        self._world.texts.opt_outs.rules.change(await json_object(request))
        return await self.keywords(request)

    async def faults(self, request: web.Request) -> web.Response:
        """The faults that are on, and how often each has struck."""
        return json_answer({"faults": [fault.as_data() for fault in self._around.faults.active]})

    async def set_faults(self, request: web.Request) -> web.Response:
        """Switch these faults on and all others off."""
        wanted = await json_object(request)
        faults, seed = wanted.get("faults"), wanted.get("seed")
        if not isinstance(faults, list) or not all(isinstance(fault, dict) for fault in faults):
            raise RequestIsWrong("faults must be a list of objects")
        if seed is not None and not isinstance(seed, int):
            raise RequestIsWrong("seed must be a whole number")
        self._around.faults.replace(faults, seed)
        self._around.live.changed("overview")
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Switch every fault off."""
        self._around.faults.clear()
        self._around.live.changed("overview")
        return await self.faults(request)

    async def alerts(self, request: web.Request) -> web.Response:
        """The latest alerts, newest first."""
        return json_answer({"alerts": self._around.alerts.latest()})

    async def violations(self, request: web.Request) -> web.Response:
        """What broke the vendors' OpenAPI files so far, everything until now included."""
        contracts = self._world.contracts
        await asyncio.get_running_loop().run_in_executor(None, contracts.settle)
        return json_answer({**contracts.as_data(), "latest": list(contracts.violations)})

    async def reset(self, request: web.Request) -> web.Response:
        """Forget what happened; scripts and rules of replying stay where `keep_scripts` is true."""
        wanted = await json_object(request)
        await self._world.reset(scripts_too=not wanted.get("keep_scripts", False))
        return json_answer({"ok": True})


def condition_routes(world: World) -> list[web.RouteDef]:
    """The routes."""
    conditions = Conditions(world)
    return [
        web.get(f"{PREFIX}/counts", open_to_all(conditions.counts)),
        web.get(f"{PREFIX}/account", open_to_all(conditions.account)),
        web.get(f"{PREFIX}/pace", open_to_all(conditions.pace)),
        web.patch(f"{PREFIX}/pace", open_to_all(conditions.set_pace)),
        web.get(f"{PREFIX}/keywords", open_to_all(conditions.keywords)),
        web.patch(f"{PREFIX}/keywords", open_to_all(conditions.set_keywords)),
        web.get(f"{PREFIX}/faults", open_to_all(conditions.faults)),
        web.put(f"{PREFIX}/faults", open_to_all(conditions.set_faults)),
        web.delete(f"{PREFIX}/faults", open_to_all(conditions.clear_faults)),
        web.get(f"{PREFIX}/alerts", open_to_all(conditions.alerts)),
        web.get(f"{PREFIX}/violations", open_to_all(conditions.violations)),
        web.post(f"{PREFIX}/reset", open_to_all(conditions.reset)),
    ]
