"""Represent's endpoints: postal codes, and the members of the House of Commons in pages."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from deploy.sandbox.answers import json_answer
from deploy.sandbox.fault_answers import Handler, with_faults
from deploy.sandbox.faults import Faults
from deploy.sandbox.represent.directory import RIDINGS
from deploy.sandbox.represent.postal_codes import SAMPLE_POSTAL_CODES
from deploy.sandbox.represent.shapes import member_of, postal_code

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 1000
FILTERS = ("name", "first_name", "last_name", "district_name", "party_name", "elected_office")
CODE = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d")


class RepresentApi:
    """What Represent answers. It needs no key."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def guarded(self, handler: Handler) -> Handler:
        """An endpoint with faults. Over the limit Represent answers 503."""

        async def guard(request: web.Request) -> web.StreamResponse:
            answer = await with_faults(self._faults, "represent", request, handler, _refuse)
            answer.headers["Access-Control-Allow-Origin"] = "*"
            return answer

        return guard

    async def postal_code(self, request: web.Request) -> web.Response:
        """The ridings and members of a postal code, written in capitals and without a space."""
        code = request.match_info["code"]
        found = SAMPLE_POSTAL_CODES.get(code) if CODE.fullmatch(code) else None
        if found is None:
            return _not_found()
        sets = request.query.get("sets")
        return json_answer(postal_code(found, frozenset(sets.split(",")) if sets else None))

    async def members(self, request: web.Request) -> web.Response:
        """A page of the members of the House of Commons; of another set there are none."""
        seated = []
        if request.match_info["set"] == "house-of-commons":
            seated = [member for member in map(member_of, RIDINGS.values()) if member]
        return json_answer(_page(request.path, request.query, [one for one in seated if _fits(one, request.query)]))


def _fits(member: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    return all(member[name] == query[name] for name in FILTERS if name in query)


def _page(path: str, query: Mapping[str, str], found: list[Any]) -> dict[str, Any]:
    limit = _number(query, "limit", DEFAULT_LIMIT)
    limit = LARGEST_LIMIT if limit == 0 else min(limit, LARGEST_LIMIT)
    offset = _number(query, "offset", 0)
    rest = {name: value for name, value in query.items() if name not in ("limit", "offset")}

    def at(start: int) -> str:
        return f"{path}?{urlencode({**rest, 'limit': limit, 'offset': start})}"

    return {
        "meta": {
            "limit": limit,
            "offset": offset,
            "total_count": len(found),
            "next": at(offset + limit) if offset + limit < len(found) else None,
            "previous": at(max(offset - limit, 0)) if offset else None,
        },
        "objects": found[offset : offset + limit],
    }


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() else default


def _not_found() -> web.Response:
    return web.Response(status=404, text="<h1>Not Found</h1>", content_type="text/html")


def _refuse(kind: str) -> web.Response:
    status = 503 if kind == "rate_limited" else int(kind)
    return web.Response(status=status, text=f"<h1>{status}</h1>", content_type="text/html")


async def _with_slash(request: web.Request) -> web.Response:
    query = f"?{request.query_string}" if request.query_string else ""
    raise web.HTTPMovedPermanently(f"{request.path}/{query}")


def represent_routes(api: RepresentApi) -> list[web.RouteDef]:
    """The routes of Represent."""
    return [
        web.get("/postcodes/{code}/", api.guarded(api.postal_code)),
        web.get("/representatives/{set}/", api.guarded(api.members)),
        web.get("/postcodes/{code}", _with_slash),
        web.get("/representatives/{set}", _with_slash),
    ]
