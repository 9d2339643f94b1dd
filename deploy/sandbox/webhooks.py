"""Asks the application what to do: posts a signed form and reads the TwiML that comes back."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.identifiers import delivery_token
from deploy.sandbox.posting import Answer, Connections, NotConnected
from deploy.sandbox.signing import signed_request

ANSWER_SECONDS = 15.0
AT_ONCE = 100
MOST_RETRIES = 5
XML_TYPES = ("text/xml", "application/xml", "text/html")
PLAIN_TYPE = "text/plain"


class WebhookFailed(Exception):
    """The application gave no document that can be used; an alert says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a webhook answered, and where it was asked: relative addresses in it start there."""

    url: str
    content_type: str
    text: str


class Webhooks:
    """The webhooks that answer with a document, each over a connection of its own while it is asked."""

    def __init__(self, auth_token: str, alerts: Alerts) -> None:
        self._auth_token = auth_token.encode()
        self._alerts = alerts
        self._free: list[Connections] = []
        self._turn = asyncio.Semaphore(AT_ONCE)
        self.counts: Counter[str] = Counter()

    async def ask(
        self, url: str, form: dict[str, str], *, method: str = "POST", about: str = "", token: str | None = None
    ) -> Document:
        """Post (or get) a form and return the document. Raises `WebhookFailed`.

        A token that was used before marks a repetition, as Twilio marks what it asks again.
        """
        request = signed_request(self._auth_token, method, url, form, token or delivery_token())
        async with self._turn:
            answer = await self._persistently(request, _retries(url), about)
        if not 200 <= answer.status < 300:
            raise self._failed(11200, f"HTTP {answer.status} from {url}", about)
        return self._document(request[1], answer, about)

    def close(self) -> None:
        """Close every connection."""
        for connections in self._free:
            connections.close()

    async def _persistently(
        self, request: tuple[str, str, dict[str, str], bytes], retries: "_Retries", about: str
    ) -> Answer:
        for attempt in range(retries.count + 1):
            last = attempt == retries.count
            try:
                answer = await self._once(request)
            except (NotConnected, OSError, TimeoutError) as error:
                if last:
                    detail = f"{str(error) or f'no answer in {ANSWER_SECONDS:g} s'} from {request[1]}"
                    raise self._failed(11205, detail, about) from None
            else:
                if last or answer.status < 500 or not retries.after_errors:
                    return answer
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, request: tuple[str, str, dict[str, str], bytes]) -> Answer:
        connections = self._free.pop() if self._free else Connections()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await connections.send(*request)
        finally:
            self._free.append(connections)

    def _document(self, url: str, answer: Answer, about: str) -> Document:
        content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.body and content_type not in (*XML_TYPES, PLAIN_TYPE):
            raise self._failed(12300, f"{content_type or 'none'} from {url}", about)
        self.counts["answered"] += 1
        return Document(url, content_type, answer.body.decode("utf-8", "replace"))

    def _failed(self, code: int, detail: str, about: str) -> WebhookFailed:
        self.counts["failed"] += 1
        self._alerts.add(code, detail, about)
        return WebhookFailed(detail)


@dataclass(frozen=True, slots=True)
class _Retries:
    count: int
    after_errors: bool


def _retries(url: str) -> _Retries:
    """How often to ask again, from the address's fragment: `#rc=3&rp=5xx`. Once by default, and only unconnected.

    https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
    """
    given = parse_qs(urlsplit(url).fragment)
    count = given.get("rc", ["1"])[0]
    policy = given.get("rp", ["ct"])[0].split(",")
    return _Retries(min(int(count), MOST_RETRIES) if count.isdecimal() else 1, bool({"5xx", "all"} & set(policy)))
