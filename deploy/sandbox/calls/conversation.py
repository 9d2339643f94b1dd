"""Runs TwiML on one telephone: document after document, verb after verb, until it ends, is redirected, or hangs up."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin

from deploy.sandbox.calls.drafts import Instruction
from deploy.sandbox.calls.gathering import gather
from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.progress import form_about
from deploy.sandbox.calls.prompting import prompt
from deploy.sandbox.calls.twiml import ApplicationError, Verb, verbs_in
from deploy.sandbox.surroundings import Surroundings
from deploy.sandbox.webhooks import PLAIN_TYPE, WebhookFailed

MOST_DOCUMENTS = 1000
APOLOGY = "We are sorry, an application error has occurred. Goodbye."
PROMPTS = frozenset(("Say", "Play", "Pause"))
# What becomes of an inbound call that is rejected, by the reason given.
REJECTED = {"busy": "busy", "rejected": "no-answer"}


class Dial(Protocol):
    """A `<Dial>` that is going on."""

    async def run(self) -> None:
        """Ring, bridge, and wait until it is over."""

    def result(self) -> dict[str, str]:
        """What the action is told, however it ended."""


StartDial = Callable[[Leg, Verb, str], Dial]


@dataclass(frozen=True, slots=True)
class Ask:
    """An address to ask what to do next."""

    url: str
    method: str = "POST"
    form: Mapping[str, str] = field(default_factory=dict)


class Conversation:
    """What the application has a telephone hear and do."""

    def __init__(self, around: Surroundings, leg: Leg, start_dial: StartDial) -> None:
        self._around = around
        self._leg = leg
        self._start_dial = start_dial
        self._next: Instruction | None = None
        self._running: asyncio.Task[None] | None = None

    async def hold(self, instruction: Instruction, *, then_hang_up: bool = True) -> None:
        """Follow an instruction, and each that redirects it, to the end; the telephone is then hung up or kept."""
        self._next = instruction
        ended = asyncio.create_task(self._leg.ended.wait())
        try:
            while self._next is not None and not self._leg.call.over:
                following, self._next = self._next, None
                await self._until_over(asyncio.create_task(self._follow(following)), ended)
        finally:
            ended.cancel()
        if then_hang_up:
            self._leg.hang_up()

    def redirect(self, instruction: Instruction) -> None:
        """Drop what is going on and follow another instruction."""
        self._next = instruction
        if self._running is not None:
            self._running.cancel()

    async def _until_over(self, running: asyncio.Task[None], ended: asyncio.Task[bool]) -> None:
        self._running = running
        try:
            await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            running.cancel()
            await asyncio.wait({running})
        if not running.cancelled():
            running.result()

    async def _follow(self, instruction: Instruction, form: Mapping[str, str] | None = None) -> None:
        try:
            await self._play(instruction, form or {})
        except (ApplicationError, WebhookFailed) as error:
            code = self._noted(error, instruction)
            if instruction.fallback_url:
                fallback = Instruction(instruction.fallback_url, instruction.fallback_method)
                await self._follow(fallback, {"ErrorCode": str(code), "ErrorUrl": instruction.url})
            else:
                self._pick_up()
                await self._leg.hears(APOLOGY)

    def _noted(self, error: ApplicationError | WebhookFailed, instruction: Instruction) -> int:
        """The code of an error; a webhook's own is an alert already."""
        if isinstance(error, WebhookFailed):
            return 11200
        self._around.alerts.add(error.code, f"{error} ({instruction.url or 'Twiml'})", self._leg.call.sid)
        return error.code

    async def _play(self, instruction: Instruction, form: Mapping[str, str]) -> None:
        if instruction.twiml:
            here, verbs = instruction.url, verbs_in(instruction.twiml, self._around.alerts, self._leg.call.sid)
        else:
            here, verbs = await self._asked(Ask(instruction.url, instruction.method, form))
        for _ in range(MOST_DOCUMENTS):
            ask = await self._perform(verbs, here)
            if ask is None:
                return
            here, verbs = await self._asked(ask)

    async def _asked(self, ask: Ask) -> tuple[str, tuple[Verb, ...]]:
        call = self._leg.call
        form = form_about(call, self._around.configuration.account_sid) | dict(ask.form)
        document = await self._around.webhooks.ask(ask.url, form, method=ask.method, about=call.sid)
        if document.content_type == PLAIN_TYPE:
            raise ApplicationError(12300, f"{PLAIN_TYPE} from {document.url}")
        return ask.url, verbs_in(document.text, self._around.alerts, call.sid)

    async def _perform(self, verbs: tuple[Verb, ...], here: str) -> Ask | None:
        for verb in verbs:
            if verb.name == "Reject":
                self._reject(verb)
                return None
            self._pick_up()
            ask = await self._do(verb, here)
            if ask is not None or self._leg.call.over:
                return ask
        return None

    async def _do(self, verb: Verb, here: str) -> Ask | None:
        if verb.name in PROMPTS:
            await prompt(self._leg, verb, self._around.alerts)
        elif verb.name == "Gather":
            digits = await gather(self._leg, verb, self._around.alerts)
            if digits is not None:
                return Ask(self._action(verb, here), _method(verb), digits)
        elif verb.name == "Dial":
            return await self._dial(verb, here)
        elif verb.name == "Redirect":
            return Ask(urljoin(here, verb.text), _method(verb))
        else:
            self._leg.hang_up()
        return None

    async def _dial(self, verb: Verb, here: str) -> Ask | None:
        """Dial; the action is asked even where the caller has hung up meanwhile, and nobody then hears its answer."""
        dial = self._start_dial(self._leg, verb, here)
        try:
            await dial.run()
        except asyncio.CancelledError:
            if verb.get("action") and self._leg.call.over:
                self._around.timers.start(self._tell(Ask(self._action(verb, here), _method(verb), dial.result())))
            raise
        return Ask(self._action(verb, here), _method(verb), dial.result()) if verb.get("action") else None

    async def _tell(self, ask: Ask) -> None:
        call = self._leg.call
        form = form_about(call, self._around.configuration.account_sid) | dict(ask.form)
        try:
            await self._around.webhooks.ask(ask.url, form, method=ask.method, about=call.sid)
        except WebhookFailed:
            call.note("note", "the application did not answer after the call had ended")

    def _action(self, verb: Verb, here: str) -> str:
        return urljoin(here, verb.get("action")) if verb.get("action") else here

    def _pick_up(self) -> None:
        """Answer an inbound call: any verb but a rejection does."""
        if self._leg.call.direction == "inbound":
            self._leg.answer()

    def _reject(self, verb: Verb) -> None:
        if self._leg.ringing and self._leg.call.direction == "inbound":
            self._leg.decline(REJECTED.get(verb.get("reason", "rejected"), "busy"))
        else:
            self._leg.hang_up()


def _method(verb: Verb) -> str:
    return verb.get("method", "POST").upper()
