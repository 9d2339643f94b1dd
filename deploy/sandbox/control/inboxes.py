"""Inboxes: what was e-mailed to whom, and what its reader does with it."""

from collections.abc import Mapping

from aiohttp import web

from deploy.sandbox.answers import RequestIsWrong, json_answer
from deploy.sandbox.control.door import PREFIX, NotThere, open_to_all
from deploy.sandbox.control.listing import page_of
from deploy.sandbox.mail.emails import Email
from deploy.sandbox.mail.unsubscribing import NoOneClick, unsubscribe_at_once
from deploy.sandbox.world import World

ACTIONS: Mapping[str, str] = {"spam": "spamreport", "unsubscribe": "unsubscribe"}


class Inboxes:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._mailbox = world.mailbox
        self._around = world.around

    async def emails(self, request: web.Request) -> web.Response:
        """The e-mails from a position on, oldest first, to one address or to all; `next` is where to go on."""
        whole = request.query.get("whole") == "true"
        shown, following = page_of(request, self._mailbox.emails, request.query.get("to"))
        return json_answer({"emails": [email.as_data(whole=whole) for email in shown], "next": following})

    async def email(self, request: web.Request) -> web.Response:
        """One e-mail, whole."""
        return json_answer(self._named(request).as_data(whole=True))

    async def inboxes(self, request: web.Request) -> web.Response:
        """Every inbox, with how many e-mails have arrived in it."""
        emails = self._mailbox.emails
        counted = {to: sum(email.arrived for email in emails.of(to)) for to in emails.owners()}
        return json_answer({"inboxes": [{"address": to, "emails": number} for to, number in counted.items()]})

    async def act(self, request: web.Request) -> web.Response:
        """What the reader does: `one-click` (RFC 8058), `unsubscribe` (at SendGrid) or `spam`."""
        email, action = self._named(request), request.match_info["action"]
        if action == "one-click":
            try:
                status = await unsubscribe_at_once(email)
            except NoOneClick as error:
                raise RequestIsWrong(str(error)) from None
            return json_answer({"status": status})
        if action not in ACTIONS:
            raise NotThere(f"a reader can one-click, {' or '.join(ACTIONS)}")
        self._mailbox.read(email, ACTIONS[action])
        return json_answer({"ok": True})

    def _named(self, request: web.Request) -> Email:
        text = request.match_info["id"]
        email = self._mailbox.emails.get(int(text)) if text.isdecimal() else None
        if email is None:
            raise NotThere(f"there is no e-mail {text}")
        return email


def inbox_routes(world: World) -> list[web.RouteDef]:
    """The routes."""
    inboxes = Inboxes(world)
    return [
        web.get(f"{PREFIX}/emails", open_to_all(inboxes.emails)),
        web.get(f"{PREFIX}/emails/{{id}}", open_to_all(inboxes.email)),
        web.post(f"{PREFIX}/emails/{{id}}/{{action}}", open_to_all(inboxes.act)),
        web.get(f"{PREFIX}/inboxes", open_to_all(inboxes.inboxes)),
    ]
