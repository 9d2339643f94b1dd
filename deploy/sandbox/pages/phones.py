"""The pages of telephones: a list, and one with its texts and its call."""

from dataclasses import dataclass

from aiohttp import web

from deploy.sandbox.calls.call import Call
from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.people import Person
from deploy.sandbox.calls.scripts import KEYS
from deploy.sandbox.numbers import is_reachable
from deploy.sandbox.pages.reading import Read
from deploy.sandbox.pages.rendering import ROOT, back_to, page
from deploy.sandbox.texts.messages import Message
from deploy.sandbox.world import World

MOST_SHOWN = 100
MOST_TEXTS = 200
LONGEST_TEXT = 1600


@dataclass(frozen=True)
class Shown:
    """A telephone in the list: its last text or call, whether that is new, and whether it rings."""

    number: str
    words: str
    at: float
    is_new: bool
    rings: bool
    talks: bool


class PhonePages:
    """The pages, and the forms on them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._messages = world.texts.messages
        self._exchange = world.exchange
        self._read = Read()

    async def every(self, request: web.Request) -> web.Response:
        """The list of telephones; a number that is asked for is opened."""
        wanted = _tidy(request.query.get("number", ""))
        if is_reachable(wanted):
            raise back_to(f"{ROOT}/phones/{wanted}")
        refused = f"{request.query['number']} is no Canadian or American number." if wanted else ""
        return page("phones.html", **self._list(), refused=refused, topics=["phones"])

    async def one(self, request: web.Request) -> web.Response:
        """One telephone beside the list."""
        number = _number(request)
        texts = [text for text in self._messages.of(number) if text.seen][-MOST_TEXTS:]
        if texts:
            self._read.mark(number, texts[-1].position)
        leg = self._exchange.leg_at(number)
        others = self._exchange.dialled_for(leg) if leg else []
        return page(
            "phone.html",
            **self._list(),
            number=number,
            things=_in_order(texts, self._exchange.calls.of(number)[-20:]),
            leg=leg,
            offices=[(other, isinstance(other.behaviour, Person)) for other in others],
            senders=sorted(self._world.configuration.own_numbers),
            text_from=self._world.configuration.text_from,
            can_dial=self._world.configuration.voice_webhook is not None,
            topics=["phones", f"phone:{number}"],
        )

    async def write(self, request: web.Request) -> web.Response:
        """Send what was typed."""
        number, form = _number(request), await request.post()
        body = str(form.get("body", "")).strip()[:LONGEST_TEXT]
        if body:
            self._world.texts.write(number, self._world.configuration.text_from, body)
        raise back_to(f"{ROOT}/phones/{number}")

    async def act(self, request: web.Request) -> web.Response:
        """Answer, decline, hang up, press a key, or call; a button that came too late does nothing."""
        number, form = _number(request), await request.post()
        action, leg = request.match_info["action"], self._exchange.leg_at(number)
        if action == "dial" and leg is None:
            self._exchange.dial_in(number, self._world.configuration.call_from)
        elif leg is not None:
            _do(leg, action, str(form.get("keys", "")))
        raise back_to(str(form.get("back", f"{ROOT}/phones/{number}")))

    def _list(self) -> dict[str, object]:
        numbers = {*self._messages.owners(), *self._exchange.calls.owners()}
        shown = sorted((self._shown(number) for number in numbers), key=lambda one: (one.rings, one.at), reverse=True)
        return {"phones": shown[:MOST_SHOWN], "hidden": max(len(shown) - MOST_SHOWN, 0)}

    def _shown(self, number: str) -> Shown:
        last = next((text for text in reversed(self._messages.of(number)) if text.seen), None)
        calls = self._exchange.calls.of(number)
        leg = self._exchange.leg_at(number)
        at = max(last.created if last else 0.0, calls[-1].created if calls else 0.0)
        words = last.body if last and last.created == at else ("Call" if calls else "")
        is_new = last is not None and not last.inbound and self._read.is_new(number, last.position)
        rings = leg is not None and leg.ringing and leg.call.direction != "inbound"
        return Shown(number, words, at, is_new, rings, talks=leg is not None and not leg.ringing)


def _in_order(texts: list[Message], calls: list[Call]) -> list[tuple[str, Message | Call]]:
    things: list[tuple[str, Message | Call]] = [("text", text) for text in texts]
    things += [("call", call) for call in calls if call.over]
    return sorted(things, key=lambda thing: thing[1].created)


def _do(leg: Leg, action: str, keys: str) -> None:
    if action == "answer":
        leg.answer()
    elif action == "busy":
        leg.decline("busy")
    elif action == "no-answer":
        leg.decline("no-answer")
    elif action == "hang-up":
        leg.hang_up()
    elif action == "keys" and keys and not set(keys) - KEYS:
        leg.press(keys)


def _tidy(text: str) -> str:
    """A number as people type it, in E.164."""
    digits = "".join(sign for sign in text if sign.isdigit())
    if not digits:
        return text.strip()
    return f"+1{digits}" if len(digits) == len("4165550142") else f"+{digits}"


def _number(request: web.Request) -> str:
    number = request.match_info["number"]
    if not is_reachable(number):
        raise web.HTTPNotFound(text=f"{number} is no Canadian or American telephone number.")
    return number


def phone_page_routes(world: World) -> list[web.RouteDef]:
    """The routes."""
    pages, one = PhonePages(world), f"{ROOT}/phones/{{number}}"
    return [
        web.get(f"{ROOT}/phones", pages.every),
        web.get(one, pages.one),
        web.post(f"{one}/text", pages.write),
        web.post(f"{one}/{{action}}", pages.act),
    ]
