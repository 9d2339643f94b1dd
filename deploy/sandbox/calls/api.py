"""Twilio's Calls resource. https://www.twilio.com/docs/voice/api/call-resource"""

from aiohttp import web

from deploy.sandbox.answers import json_answer
from deploy.sandbox.calls.call import Call
from deploy.sandbox.calls.drafts import call_draft_of, instruction_of
from deploy.sandbox.calls.exchange import Exchange
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.dates import Period, period
from deploy.sandbox.texts.drafts import first
from deploy.sandbox.twilio_api import PREFIX, Page, TwilioApi, form_of
from deploy.sandbox.twilio_errors import TwilioRefusal

FILTERS = {"To": "to", "From": "from_number", "Status": "status", "ParentCallSid": "parent_sid"}
WAITING = frozenset(("queued", "ringing"))


class CallsApi:
    """The endpoints of calls."""

    def __init__(self, configuration: Configuration, exchange: Exchange) -> None:
        self._configuration = configuration
        self._account = configuration.account_sid
        self._exchange = exchange

    async def create(self, request: web.Request) -> web.Response:
        """Place a call."""
        draft = call_draft_of(await form_of(request), self._configuration)
        return self._show(self._exchange.place(draft), 201)

    async def fetch(self, request: web.Request) -> web.Response:
        """One call."""
        return self._show(self._named(request))

    async def list(self, request: web.Request) -> web.Response:
        """The calls that the filters leave, newest first."""
        page = Page(request.query)
        wanted = {name: request.query.get(parameter) for parameter, name in FILTERS.items()}
        times = (_period(request, "StartTime"), _period(request, "EndTime"))
        found = self._exchange.calls.find(wanted, *times, before=self._before(page))
        return json_answer(page.of(request.path, "calls", found, self._account))

    async def update(self, request: web.Request) -> web.Response:
        """End a call, or have it do something else."""
        call, form = self._named(request), await form_of(request)
        status = first(form, "Status")
        if status not in ("", "canceled", "completed"):
            raise TwilioRefusal(20001, "Status")
        if call.over:
            raise TwilioRefusal(21220)
        if status == "completed" or (status == "canceled" and call.status in WAITING):
            self._exchange.hang_up(call)
        elif not status:
            self._exchange.redirect(call, instruction_of(form))
        return self._show(call)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete the record of a call that is over."""
        call = self._named(request)
        if not call.over:
            raise TwilioRefusal(20009)
        self._exchange.calls.drop(call)
        return web.Response(status=204)

    def _named(self, request: web.Request) -> Call:
        call = self._exchange.calls.get(request.match_info["sid"])
        if call is None:
            raise TwilioRefusal(20404, request.path)
        return call

    def _before(self, page: Page) -> int | None:
        if not page.after:
            return None
        last = self._exchange.calls.get(page.after)
        if last is None:
            raise TwilioRefusal(20001, "PageToken")
        return last.position

    def _show(self, call: Call, status: int = 200) -> web.Response:
        return json_answer(call.as_twilio(self._account), status)


def _period(request: web.Request, name: str) -> Period:
    query = request.query
    try:
        return period(query.get(name), query.get(f"{name}<"), query.get(f"{name}>"))
    except (ValueError, TypeError):
        raise TwilioRefusal(20001, name) from None


def call_routes(configuration: Configuration, api: TwilioApi, exchange: Exchange) -> list[web.RouteDef]:
    """The routes of calls."""
    calls = CallsApi(configuration, exchange)
    every, one = f"{PREFIX}/Calls.json", PREFIX + "/Calls/{sid:[^/]+}.json"
    return [
        web.post(every, api.guarded("calls", calls.create)),
        web.get(every, api.guarded("calls_read", calls.list)),
        web.get(one, api.guarded("calls_read", calls.fetch)),
        web.post(one, api.guarded("calls_change", calls.update)),
        web.delete(one, api.guarded("calls_change", calls.delete)),
    ]
