"""JSON in and out: the answers every part of the sandbox gives."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web


class RequestIsWrong(Exception):
    """A request to the sandbox's own control API makes no sense; the text says why."""


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON."""
    return web.Response(body=orjson.dumps(content), status=status, headers=headers, content_type="application/json")


async def json_object(request: web.Request) -> dict[str, Any]:
    """The JSON object that a request brings. Raises `RequestIsWrong`."""
    try:
        content = orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError:
        raise RequestIsWrong("the body is not JSON") from None
    if not isinstance(content, dict):
        raise RequestIsWrong("the body must be a JSON object")
    return content


def whole_number(request: web.Request, name: str, default: int) -> int:
    """A whole number of at least 0 from the query. Raises `RequestIsWrong`."""
    text = request.query.get(name, str(default))
    if not text.isdecimal():
        raise RequestIsWrong(f"{name} must be a whole number")
    return int(text)
