"""What every endpoint of the control API does alike: JSON in, JSON out, and one line where a request makes no sense."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from deploy.sandbox.answers import RequestIsWrong, json_answer
from deploy.sandbox.calls.scripts import ScriptIsWrong
from deploy.sandbox.fault_answers import Handler
from deploy.sandbox.faults import FaultIsWrong
from deploy.sandbox.numbers import is_reachable
from deploy.sandbox.pace import SettingIsWrong
from deploy.sandbox.texts.replies import RuleIsWrong

PREFIX = "/sandbox/api"
NONSENSE = (RequestIsWrong, FaultIsWrong, SettingIsWrong, RuleIsWrong, ScriptIsWrong)


class NotThere(Exception):
    """What was asked for does not exist; the text says what."""


def open_to_all(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    """An endpoint whose errors are `{"error": "…"}`, with 400 or 404."""

    async def door(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NONSENSE as error:
            return json_answer({"error": str(error)}, 400)
        except NotThere as error:
            return json_answer({"error": str(error)}, 404)

    return door


def telephone_of(request: web.Request) -> str:
    """The telephone in the path. Raises `RequestIsWrong`."""
    number = request.match_info["number"]
    if not is_reachable(number):
        raise RequestIsWrong(f"{number} is not a Canadian or American telephone number such as +14165550142")
    return number
