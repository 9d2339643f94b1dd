"""SendGrid's v3 API: sending, and batch ids."""

import hmac
import os

import orjson
from aiohttp import web

from deploy.sandbox.answers import json_answer
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.fault_answers import Handler, with_faults
from deploy.sandbox.faults import Faults
from deploy.sandbox.mail.complaints import MailIsRefused, refusal
from deploy.sandbox.mail.mailbox import Mailbox
from deploy.sandbox.mail.rules import check_mail

LARGEST_MAIL = 30 * 1024 * 1024
_SAYS = {
    "429": "too many requests",
    "rate_limited": "too many requests",
    "500": "Internal Server Error",
    "503": "Service Unavailable",
}


class MailApi:
    """The endpoints of SendGrid."""

    def __init__(self, configuration: Configuration, faults: Faults, mailbox: Mailbox) -> None:
        self._expected = f"Bearer {configuration.sendgrid_api_key}"
        self._domain = configuration.email_domain
        self._faults = faults
        self._mailbox = mailbox
        self._batches: set[str] = set()

    def guarded(self, handler: Handler) -> Handler:
        """An endpoint that asks for the key, has faults, and answers refusals as SendGrid does."""

        async def guard(request: web.Request) -> web.StreamResponse:
            try:
                self._admit(request)
                return await with_faults(self._faults, "mail", request, handler, _refuse)
            except MailIsRefused as refused:
                return _refused(refused)

        return guard

    def _admit(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), self._expected.encode()):
            raise refusal(401, "The provided authorization grant is invalid, expired, or revoked")

    async def send(self, request: web.Request) -> web.Response:
        """Take a mail; in SendGrid's own sandbox mode only check it."""
        mail = check_mail(await _json(request), self._domain, self._batches)
        if ((mail.get("mail_settings") or {}).get("sandbox_mode") or {}).get("enable"):
            return web.Response(status=200)
        return web.Response(status=202, headers={"X-Message-Id": self._mailbox.take(mail)})

    async def create_batch(self, request: web.Request) -> web.Response:
        """A new batch id."""
        batch = os.urandom(20).hex()
        self._batches.add(batch)
        return json_answer({"batch_id": batch}, 201)

    async def fetch_batch(self, request: web.Request) -> web.Response:
        """Whether a batch id was given out."""
        batch = request.match_info["batch"]
        if batch not in self._batches:
            raise refusal(400, "invalid batch id", "batch_id")
        return json_answer({"batch_id": batch})


async def _json(request: web.Request) -> object:
    if request.content_type != "application/json":
        raise refusal(415, "Content-Type should be application/json.")
    if (request.content_length or 0) > LARGEST_MAIL:
        raise refusal(413, "The JSON payload you have included in your request is too large.")
    try:
        return orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise refusal(400, "Bad Request") from None


def _refused(refused: MailIsRefused) -> web.Response:
    return json_answer({"errors": refused.errors}, refused.status)


def _refuse(kind: str) -> web.Response:
    return _refused(refusal(429 if kind == "rate_limited" else int(kind), _SAYS[kind]))


def mail_routes(api: MailApi) -> list[web.RouteDef]:
    """The routes of SendGrid."""
    return [
        web.post("/v3/mail/send", api.guarded(api.send)),
        web.post("/v3/mail/batch", api.guarded(api.create_batch)),
        web.get("/v3/mail/batch/{batch}", api.guarded(api.fetch_batch)),
    ]
