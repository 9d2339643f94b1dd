"""Calls: what was said and pressed in them, and what people at telephones do."""

from aiohttp import web

from deploy.sandbox.answers import RequestIsWrong, json_answer, json_object
from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.scripts import KEYS
from deploy.sandbox.control.door import PREFIX, NotThere, open_to_all, telephone_of
from deploy.sandbox.control.listing import page_of, phone_in
from deploy.sandbox.world import World


class CallControl:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._configuration = world.configuration
        self._exchange = world.exchange

    async def calls(self, request: web.Request) -> web.Response:
        """The calls from a position on, oldest first, of one telephone or of all; `next` is where to go on."""
        shown, following = page_of(request, self._exchange.calls, phone_in(request))
        return json_answer({"calls": [call.as_data() for call in shown], "next": following})

    async def call(self, request: web.Request) -> web.Response:
        """One call."""
        call = self._exchange.calls.get(request.match_info["sid"])
        if call is None:
            raise NotThere(f"there is no call {request.match_info['sid']}")
        return json_answer(call.as_data())

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a telephone that rings."""
        leg = self._leg(request)
        if not leg.ringing:
            raise NotThere(f"{leg.call.phone} does not ring")
        leg.answer()
        return json_answer(leg.call.as_data())

    async def decline(self, request: web.Request) -> web.Response:
        """Decline a call: the caller hears that it is busy, or with `{"status": "no-answer"}` that nobody is there."""
        leg, wanted = self._leg(request), await json_object(request)
        status = wanted.get("status", "busy")
        if status not in ("busy", "no-answer", "failed"):
            raise RequestIsWrong("status must be busy, no-answer or failed")
        if not leg.ringing:
            raise NotThere(f"{leg.call.phone} does not ring")
        leg.decline(status)
        return json_answer(leg.call.as_data())

    async def hang_up(self, request: web.Request) -> web.Response:
        """Hang up."""
        leg = self._leg(request)
        leg.hang_up()
        return json_answer(leg.call.as_data())

    async def keys(self, request: web.Request) -> web.Response:
        """Press keys."""
        leg, keys = self._leg(request), (await json_object(request)).get("keys")
        if not isinstance(keys, str) or not keys or set(keys) - KEYS:
            raise RequestIsWrong("keys must be some of 0 to 9, * and #")
        if leg.call.status != "in-progress":
            raise NotThere(f"{leg.call.phone} is in no call")
        leg.press(keys)
        return json_answer(leg.call.as_data())

    async def dial(self, request: web.Request) -> web.Response:
        """Call one of our numbers from a telephone, the one for calls unless it says which."""
        number, wanted = telephone_of(request), await json_object(request)
        to = wanted.get("to", self._configuration.call_from)
        if to not in self._configuration.own_numbers:
            raise RequestIsWrong(f"to must be one of {', '.join(sorted(self._configuration.own_numbers))}")
        return json_answer(self._exchange.dial_in(number, to).as_data(), 201)

    def _leg(self, request: web.Request) -> Leg:
        number = telephone_of(request)
        leg = self._exchange.leg_at(number)
        if leg is None:
            raise NotThere(f"{number} neither rings nor is in a call")
        return leg


def call_control_routes(world: World) -> list[web.RouteDef]:
    """The routes."""
    control = CallControl(world)
    phone = f"{PREFIX}/phones/{{number}}"
    return [
        web.get(f"{PREFIX}/calls", open_to_all(control.calls)),
        web.get(f"{PREFIX}/calls/{{sid}}", open_to_all(control.call)),
        web.post(f"{phone}/answer", open_to_all(control.answer)),
        web.post(f"{phone}/decline", open_to_all(control.decline)),
        web.post(f"{phone}/hang-up", open_to_all(control.hang_up)),
        web.post(f"{phone}/keys", open_to_all(control.keys)),
        web.post(f"{phone}/dial", open_to_all(control.dial)),
    ]
