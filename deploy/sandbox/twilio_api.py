"""The door of Twilio's API: credentials, faults, errors in Twilio's shape, and lists in pages."""

import base64
import hmac
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from deploy.sandbox.answers import json_answer
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.fault_answers import Handler, with_faults
from deploy.sandbox.faults import Faults
from deploy.sandbox.identifiers import delivery_token
from deploy.sandbox.twilio_errors import TwilioRefusal

PREFIX = "/2010-04-01/Accounts/{account}"
FORM = "application/x-www-form-urlencoded"
DEFAULT_PAGE = 50
LARGEST_PAGE = 1000
_CODE_OF = {"429": 20429, "rate_limited": 20429, "500": 20500, "503": 20503}


class TwilioApi:
    """Guards the endpoints of one account."""

    def __init__(self, configuration: Configuration, faults: Faults) -> None:
        self._account = configuration.account_sid
        credentials = f"{configuration.account_sid}:{configuration.auth_token}"
        self._expected = "Basic " + base64.b64encode(credentials.encode()).decode()
        self._faults = faults
        self._underway = 0

    def guarded(self, endpoint: str, handler: Handler) -> Handler:
        """An endpoint that asks for credentials, has faults, and answers refusals as Twilio does."""

        async def guard(request: web.Request) -> web.StreamResponse:
            self._underway += 1
            try:
                self._admit(request)
                answer = await with_faults(self._faults, endpoint, request, handler, _refuse)
            except TwilioRefusal as refusal:
                answer = refused(refusal)
            finally:
                self._underway -= 1
            answer.headers["Twilio-Request-Id"] = "RQ" + delivery_token()
            answer.headers["Twilio-Concurrent-Requests"] = str(self._underway + 1)
            return answer

        return guard

    def _admit(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), self._expected.encode()):
            raise TwilioRefusal(20003)
        if request.match_info["account"] != self._account:
            raise TwilioRefusal(20404, request.path)


def refused(refusal: TwilioRefusal) -> web.Response:
    """A refusal in Twilio's shape."""
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if refusal.status == 401 else None
    return json_answer(refusal.as_twilio(), refusal.status, headers)


def _refuse(kind: str) -> web.Response:
    return refused(TwilioRefusal(_CODE_OF[kind]))


async def form_of(request: web.Request) -> dict[str, list[str]]:
    """The form of a request; a body that is none is like no form at all, as Twilio has it."""
    if request.content_type != FORM:
        return {}
    try:
        return parse_qs((await request.read()).decode(), keep_blank_values=True)
    except ValueError:
        raise TwilioRefusal(20001, "the form cannot be read") from None


class Page:
    """Which part of a list was asked for. A page after the first starts behind the last resource of the one before."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.size = _number(query, "PageSize", DEFAULT_PAGE, least=1)
        self.number = _number(query, "Page", 0, least=0)
        self.after = query.get("PageToken", "").removeprefix("PA")
        self._filters = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

    def of(self, path: str, name: str, found: Iterator[Any], account: str) -> dict[str, Any]:
        """The page as JSON, of resources that follow `after` already."""
        shown = list(islice(found, self.size + 1))
        more, shown = len(shown) > self.size, shown[: self.size]
        start = self.number * self.size
        following = {"Page": str(self.number + 1), "PageToken": f"PA{shown[-1].sid}"} if more else None
        here = {"Page": str(self.number), "PageToken": f"PA{self.after}"} if self.after else {"Page": "0"}
        return {
            "first_page_uri": self._uri(path, {"Page": "0"}),
            "next_page_uri": self._uri(path, following) if following else None,
            "previous_page_uri": None,
            "page": self.number,
            "page_size": self.size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
            "uri": self._uri(path, here),
            name: [one.as_twilio(account) for one in shown],
        }

    def _uri(self, path: str, page: Mapping[str, str]) -> str:
        return f"{path}?{urlencode({**self._filters, 'PageSize': str(self.size), **page})}"


def _number(query: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) < least:
        raise TwilioRefusal(20001, name)
    return min(int(text), LARGEST_PAGE) if name == "PageSize" else int(text)
