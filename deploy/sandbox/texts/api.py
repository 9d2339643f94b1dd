"""Twilio's Messages resource. https://www.twilio.com/docs/messaging/api/message-resource"""

from aiohttp import web

from deploy.sandbox.answers import json_answer
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.dates import period
from deploy.sandbox.texts.drafts import draft_of, first
from deploy.sandbox.texts.messages import FINAL, Message
from deploy.sandbox.texts.texts import Texts
from deploy.sandbox.twilio_api import PREFIX, Page, TwilioApi, form_of
from deploy.sandbox.twilio_errors import TwilioRefusal


class MessagesApi:
    """The endpoints of texts."""

    def __init__(self, configuration: Configuration, texts: Texts) -> None:
        self._configuration = configuration
        self._account = configuration.account_sid
        self._texts = texts

    async def create(self, request: web.Request) -> web.Response:
        """Send a text."""
        draft = draft_of(await form_of(request), self._configuration)
        return self._show(self._texts.send(draft), 201)

    async def fetch(self, request: web.Request) -> web.Response:
        """One text."""
        return self._show(self._named(request))

    async def list(self, request: web.Request) -> web.Response:
        """The texts to or from a number, sent within a time, newest first."""
        query = request.query
        page = Page(query)
        try:
            sent = period(query.get("DateSent"), query.get("DateSent<"), query.get("DateSent>"))
        except (ValueError, TypeError):
            raise TwilioRefusal(20001, "DateSent") from None
        found = self._texts.messages.find(query.get("To"), query.get("From"), sent, self._before(page))
        return json_answer(page.of(request.path, "messages", found, self._account))

    async def update(self, request: web.Request) -> web.Response:
        """Take the words out of a text that has arrived, or cancel one that waits for its time."""
        message, form = self._named(request), await form_of(request)
        redact, status = "Body" in form, first(form, "Status")
        if redact == bool(status) or first(form, "Body") or status not in ("", "canceled"):
            raise TwilioRefusal(30400)
        if status:
            self._texts.cancel(message)
        elif message.status not in FINAL:
            raise TwilioRefusal(20009)
        else:
            message.body = ""
        return self._show(message)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a text that has arrived."""
        message = self._named(request)
        if message.status not in FINAL:
            raise TwilioRefusal(20009)
        self._texts.messages.drop(message)
        return web.Response(status=204)

    def _named(self, request: web.Request) -> Message:
        message = self._texts.messages.get(request.match_info["sid"])
        if message is None:
            raise TwilioRefusal(20404, request.path)
        return message

    def _before(self, page: Page) -> int | None:
        if not page.after:
            return None
        last = self._texts.messages.get(page.after)
        if last is None:
            raise TwilioRefusal(20001, "PageToken")
        return last.position

    def _show(self, message: Message, status: int = 200) -> web.Response:
        return json_answer(message.as_twilio(self._account), status)


def message_routes(configuration: Configuration, api: TwilioApi, texts: Texts) -> list[web.RouteDef]:
    """The routes of texts."""
    messages = MessagesApi(configuration, texts)
    every, one = f"{PREFIX}/Messages.json", PREFIX + "/Messages/{sid:[^/]+}.json"
    return [
        web.post(every, api.guarded("messages", messages.create)),
        web.get(every, api.guarded("messages_read", messages.list)),
        web.get(one, api.guarded("messages_read", messages.fetch)),
        web.post(one, api.guarded("messages_change", messages.update)),
        web.delete(one, api.guarded("messages_change", messages.delete)),
    ]
