"""Telephones: what they were sent, what is written on them, and what they do by themselves."""

from typing import Any

from aiohttp import web

from deploy.sandbox.answers import RequestIsWrong, json_answer, json_object
from deploy.sandbox.calls.scripts import call_script_from
from deploy.sandbox.control.door import PREFIX, open_to_all, telephone_of
from deploy.sandbox.control.listing import page_of, phone_in
from deploy.sandbox.numbers import is_reachable
from deploy.sandbox.texts.replies import rules_from
from deploy.sandbox.world import World


class Phones:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._texts = world.texts
        self._scripts = world.exchange.scripts

    async def texts(self, request: web.Request) -> web.Response:
        """The texts from a position on, oldest first, of one telephone or of all; `next` is where to go on."""
        shown, following = page_of(request, self._texts.messages, phone_in(request))
        return json_answer({"texts": [message.as_data() for message in shown], "next": following})

    async def phones(self, request: web.Request) -> web.Response:
        """Every telephone that was texted, called or given a script."""
        numbers = {*self._texts.messages.owners(), *self._world.exchange.calls.owners(), *self._scripts.scripted()}
        return json_answer({"phones": sorted(numbers)})

    async def write(self, request: web.Request) -> web.Response:
        """Write a text on a telephone, to the number that texts are sent from unless it says which."""
        number, wanted = telephone_of(request), await json_object(request)
        configuration = self._world.configuration
        body, to = wanted.get("body"), wanted.get("to", configuration.text_from)
        if not isinstance(body, str) or not body:
            raise RequestIsWrong("body must be a text")
        if to not in configuration.own_numbers:
            raise RequestIsWrong(f"to must be one of {', '.join(sorted(configuration.own_numbers))}")
        return json_answer(self._texts.write(number, to, body).as_data(), 201)

    async def script(self, request: web.Request) -> web.Response:
        """What a telephone does by itself."""
        return json_answer(self._script_of(telephone_of(request)))

    async def set_script(self, request: web.Request) -> web.Response:
        """Say what a telephone does by itself."""
        number = telephone_of(request)
        self._set(number, await json_object(request))
        return json_answer(self._script_of(number))

    async def set_scripts(self, request: web.Request) -> web.Response:
        """Say what many telephones do, by number; `replies` holds for all of them, after their own."""
        wanted = await json_object(request)
        phones = wanted.get("phones", {})
        if not isinstance(phones, dict) or not all(isinstance(one, dict) for one in phones.values()):
            raise RequestIsWrong("phones must be an object of scripts by number")
        if set(wanted) - {"phones", "replies", "supporters", "offices"}:
            raise RequestIsWrong("there are phones, replies, supporters and offices")
        if "replies" in wanted:
            self._texts.replies.of_all = rules_from(wanted["replies"])
        if "supporters" in wanted:
            self._scripts.of_supporters = call_script_from(wanted["supporters"])
        if "offices" in wanted:
            self._scripts.of_offices = call_script_from(wanted["offices"])
        for number, script in phones.items():
            self._set(number, script)
        return json_answer({"phones": len(phones)})

    def _set(self, number: str, wanted: dict[str, Any]) -> None:
        if set(wanted) - {"replies", "call"}:
            raise RequestIsWrong("a script has replies and call")
        if not is_reachable(number):
            raise RequestIsWrong(f"{number} is not a Canadian or American telephone number")
        if "replies" in wanted:
            self._texts.replies.set_phone(number, rules_from(wanted["replies"]))
        if "call" in wanted:
            self._scripts.set_phone(number, call_script_from(wanted["call"]))

    def _script_of(self, number: str) -> dict[str, Any]:
        call = self._scripts.of_phone(number)
        replies = [rule.as_data() for rule in self._texts.replies.of_phone(number)]
        return {"replies": replies, "call": call.as_data() if call else None}


def phone_routes(world: World) -> list[web.RouteDef]:
    """The routes."""
    phones = Phones(world)
    return [
        web.get(f"{PREFIX}/texts", open_to_all(phones.texts)),
        web.get(f"{PREFIX}/phones", open_to_all(phones.phones)),
        web.post(f"{PREFIX}/phones/{{number}}/texts", open_to_all(phones.write)),
        web.get(f"{PREFIX}/phones/{{number}}/script", open_to_all(phones.script)),
        web.put(f"{PREFIX}/phones/{{number}}/script", open_to_all(phones.set_script)),
        web.put(f"{PREFIX}/scripts", open_to_all(phones.set_scripts)),
    ]
