"""The pages of inboxes: a list, one inbox, and one e-mail shown as its reader would see it."""

from dataclasses import dataclass

from aiohttp import web

from deploy.sandbox.mail.emails import Email
from deploy.sandbox.mail.unsubscribing import NoOneClick, one_click_address, unsubscribe_at_once
from deploy.sandbox.pages.reading import Read
from deploy.sandbox.pages.rendering import HEADERS, ROOT, back_to, page
from deploy.sandbox.world import World

MOST_SHOWN = 100
# An e-mail may style itself and show pictures that it brings along; it runs nothing and fetches nothing.
EMAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
IN_A_NEW_TAB = '<base target="_blank">'
READERS_ACTIONS = {"spam": "spamreport", "unsubscribe": "unsubscribe"}


@dataclass(frozen=True)
class Shown:
    """An inbox in the list: its latest e-mail, how many there are, and whether one is new."""

    address: str
    subject: str
    at: float
    number: int
    is_new: bool


class InboxPages:
    """The pages, and the forms on them."""

    def __init__(self, world: World) -> None:
        self._mailbox = world.mailbox
        self._read = Read()
        self._notices: dict[int, str] = {}

    async def every(self, request: web.Request) -> web.Response:
        """The list of inboxes; an address that is asked for is opened."""
        wanted = request.query.get("address", "").strip().lower()
        if "@" in wanted:
            raise back_to(f"{ROOT}/inboxes/{wanted}")
        return page("inboxes.html", **self._list(), topics=["inboxes"])

    async def one(self, request: web.Request) -> web.Response:
        """One inbox beside the list."""
        address = request.match_info["address"].lower()
        return page("inbox.html", **self._list(), **self._inbox(address), topics=["inboxes", f"inbox:{address}"])

    async def email(self, request: web.Request) -> web.Response:
        """One e-mail, as HTML or as text."""
        email = self._named(request)
        self._read.mark(email.to.lower(), email.position)
        form = request.query.get("as", "html" if email.html else "text")
        return page(
            "email.html",
            **self._list(),
            **self._inbox(email.to.lower()),
            email=email,
            form=form,
            notice=self._notices.pop(email.position, ""),
            one_click=one_click_address(email),
            topics=["inboxes"],
        )

    async def html(self, request: web.Request) -> web.Response:
        """The HTML of an e-mail, for the frame that shows it; its links open in a new tab."""
        headers = {**HEADERS, "Content-Security-Policy": EMAIL_POLICY}
        return web.Response(text=IN_A_NEW_TAB + self._named(request).html, content_type="text/html", headers=headers)

    async def act(self, request: web.Request) -> web.Response:
        """What the reader does with an e-mail."""
        email, action = self._named(request), request.match_info["action"]
        if action == "one-click":
            self._notices[email.position] = await _pressed(email)
        elif action in READERS_ACTIONS:
            self._mailbox.read(email, READERS_ACTIONS[action])
            self._notices[email.position] = "SendGrid was told, and drops what is sent to this address from now on."
        raise back_to(f"{ROOT}/emails/{email.position}")

    def _list(self) -> dict[str, object]:
        shown = [one for one in map(self._shown, self._mailbox.emails.owners()) if one]
        shown.sort(key=lambda one: one.at, reverse=True)
        return {"inboxes": shown[:MOST_SHOWN], "hidden": max(len(shown) - MOST_SHOWN, 0)}

    def _shown(self, address: str) -> Shown | None:
        arrived = [email for email in self._mailbox.emails.of(address) if email.arrived]
        if not arrived:
            return None
        last = arrived[-1]
        return Shown(address, last.subject, last.created, len(arrived), self._read.is_new(address, last.position))

    def _inbox(self, address: str) -> dict[str, object]:
        arrived = [email for email in self._mailbox.emails.of(address) if email.arrived]
        return {"address": address, "emails": list(reversed(arrived))[:MOST_SHOWN]}

    def _named(self, request: web.Request) -> Email:
        text = request.match_info["id"]
        email = self._mailbox.emails.get(int(text)) if text.isdecimal() else None
        if email is None:
            raise web.HTTPNotFound(text=f"There is no e-mail {text}.")
        return email


async def _pressed(email: Email) -> str:
    try:
        status = await unsubscribe_at_once(email)
    except NoOneClick as error:
        return f"The button did nothing: {error}."
    return f"Unsubscribed with one click; the answer was {status}."


def inbox_page_routes(world: World) -> list[web.RouteDef]:
    """The routes."""
    pages = InboxPages(world)
    return [
        web.get(f"{ROOT}/inboxes", pages.every),
        web.get(f"{ROOT}/inboxes/{{address}}", pages.one),
        web.get(f"{ROOT}/emails/{{id}}", pages.email),
        web.get(f"{ROOT}/emails/{{id}}/html", pages.html),
        web.post(f"{ROOT}/emails/{{id}}/{{action}}", pages.act),
    ]
