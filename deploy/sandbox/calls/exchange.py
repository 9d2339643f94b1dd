"""The telephone exchange: places calls, rings telephones, and keeps what is going on."""

import asyncio
import time
from collections.abc import Mapping

from deploy.sandbox.calls.call import Call
from deploy.sandbox.calls.calls import Calls
from deploy.sandbox.calls.conversation import Conversation
from deploy.sandbox.calls.dialling import Dialling, Wanted
from deploy.sandbox.calls.drafts import LONGEST_CALL, CallDraft, Instruction
from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.people import Person, Scripted
from deploy.sandbox.calls.progress import EVENT_OF, tell_progress
from deploy.sandbox.calls.scripts import CallScript, Scripts
from deploy.sandbox.calls.twiml import Verb
from deploy.sandbox.identifiers import call_sid
from deploy.sandbox.numbers import REFUSED_CALLS
from deploy.sandbox.surroundings import Surroundings
from deploy.sandbox.twilio_errors import TwilioRefusal

SEND_DIGITS_SECONDS = 0.5


class Exchange:
    """Every call of the account."""

    def __init__(self, around: Surroundings, offices: Mapping[str, object]) -> None:
        self._around = around
        self.calls = Calls()
        self.scripts = Scripts(offices)
        self._legs: dict[str, Leg] = {}
        self._of_phone: dict[str, list[Leg]] = {}
        self._conversations: dict[str, Conversation] = {}
        self._next_turn = 0.0

    # What Twilio's API asks for

    def place(self, draft: CallDraft) -> Call:
        """Take a call and place it when its turn comes. Raises `TwilioRefusal` while too many are going on."""
        most = self._around.pace.concurrent_calls
        if most is not None and len(self._legs) >= most:
            raise TwilioRefusal(10004)
        call = Call(call_sid(), draft.to, draft.from_number, "outbound-api", draft.callback)
        self.calls.add(call)
        self._around.timers.start(self._carry(call, draft))
        return call

    def hang_up(self, call: Call) -> None:
        """End a call, or cancel one whose turn has not come."""
        leg = self._legs.get(call.sid)
        if leg is not None:
            leg.hang_up()
        elif not call.over:
            call.ended = time.time()
            self._becomes(call, "canceled")

    def redirect(self, call: Call, instruction: Instruction) -> None:
        """Have a call do something else. Raises `TwilioRefusal` where it is not in progress."""
        conversation = self._conversations.get(call.sid)
        if conversation is None or call.status != "in-progress":
            raise TwilioRefusal(21220)
        conversation.redirect(instruction)

    # What people do

    def dial_in(self, number: str, to: str) -> Call:
        """Call one of our numbers from a telephone."""
        call = Call(call_sid(), to, number, "inbound", started=time.time())
        self.calls.add(call)
        leg = self._enter(call)
        leg.ringing = True
        self._becomes(call, "ringing")
        self._around.timers.start(self._receive(leg))
        return call

    def leg_at(self, number: str) -> Leg | None:
        """The latest call that a telephone is in, or that makes it ring."""
        legs = self._of_phone.get(number)
        return legs[-1] if legs else None

    def dialled_for(self, leg: Leg) -> list[Leg]:
        """The telephones that are rung for, or connected with, one that is in a call."""
        return [other for other in self._legs.values() if other.call.parent_sid == leg.call.sid]

    def underway(self) -> int:
        """How many legs are going on."""
        return len(self._legs)

    def clear(self, *, scripts_too: bool) -> None:
        """Forget every call; and what telephones do, if wanted. Whatever was going on must have been ended before."""
        self.calls.clear()
        self._legs.clear()
        self._of_phone.clear()
        self._conversations.clear()
        self._next_turn = 0.0
        if scripts_too:
            self.scripts.clear()

    # How calls go

    async def _carry(self, call: Call, draft: CallDraft) -> None:
        await self._turn()
        if call.over:
            return
        leg = self._enter(call)
        try:
            call.started = time.time()
            self._tell(call, "initiated")
            await leg.ring(draft.timeout)
            if call.status == "in-progress":
                await leg.passes(SEND_DIGITS_SECONDS * len(draft.send_digits))
                await self._converse(leg, draft.instruction, draft.time_limit)
        finally:
            self._leave(leg)

    async def _receive(self, leg: Leg) -> None:
        url = self._around.configuration.voice_webhook
        try:
            if url is None:
                leg.decline("failed")
            else:
                await self._converse(leg, Instruction(url), LONGEST_CALL)
        finally:
            self._leave(leg)

    async def _converse(self, leg: Leg, instruction: Instruction, time_limit: int) -> None:
        conversation = Conversation(self._around, leg, self._start_dial)
        self._conversations[leg.call.sid] = conversation
        try:
            async with asyncio.timeout(time_limit / leg.speed):
                await conversation.hold(instruction)
        except TimeoutError:
            leg.note("note", "the time limit ended the call")

    def _start_dial(self, parent: Leg, verb: Verb, here: str) -> Dialling:
        own, alerts = self._around.configuration.own_numbers, self._around.alerts
        return Dialling(parent, verb, here, own, alerts, self._connect, self._whisper)

    def _connect(self, parent: Leg, wanted: Wanted) -> Leg:
        call = Call(
            call_sid(), wanted.number, wanted.caller_id, "outbound-dial", wanted.callback, parent_sid=parent.call.sid
        )
        self.calls.add(call)
        leg = self._enter(call)
        call.started = time.time()
        self._tell(call, "initiated")
        if wanted.number[-4:] in REFUSED_CALLS:
            leg.end("failed")
        return leg

    def _whisper(self, leg: Leg, instruction: Instruction) -> asyncio.Task[None]:
        return asyncio.create_task(
            Conversation(self._around, leg, self._start_dial).hold(instruction, then_hang_up=False)
        )

    async def _turn(self) -> None:
        """Wait for the turn that the account's calls per second leave."""
        rate = self._around.pace.calls_per_second
        if rate is not None:
            now = time.monotonic()
            turn = max(now, self._next_turn)
            self._next_turn = turn + self._around.pace.real(1 / rate)
            await asyncio.sleep(turn - now)

    # Who is on the line

    def _enter(self, call: Call) -> Leg:
        script = self.scripts.of_phone(call.phone)
        others = self._of_phone.setdefault(call.phone, [])
        most = 1 if script is None else script.lines
        is_busy = most is not None and len(others) >= most
        if script is None and not is_busy:
            leg = Leg(call, Person(), 1.0, self._changed)
        else:
            behaviour = Scripted(script or CallScript(), is_busy=is_busy)
            leg = Leg(call, behaviour, self._around.pace.speed, self._changed)
        self._legs[call.sid] = leg
        others.append(leg)
        return leg

    def _leave(self, leg: Leg) -> None:
        leg.hang_up()
        self._conversations.pop(leg.call.sid, None)

    def _changed(self, leg: Leg, status: str) -> None:
        """Note what has become of a leg, tell whoever wants to know, and let it go once it is over."""
        call = leg.call
        if status:
            self._becomes(call, status)
        else:
            self._show(call)
        if call.over and self._legs.pop(call.sid, None) is not None:
            others = self._of_phone.get(call.phone, [])
            if leg in others:
                others.remove(leg)
            if not others:
                self._of_phone.pop(call.phone, None)

    def _becomes(self, call: Call, status: str) -> None:
        self.calls.becomes(call, status)
        self._tell(call, EVENT_OF.get(status, "completed"))
        self._show(call)

    def _tell(self, call: Call, event: str) -> None:
        tell_progress(call, event, self._around.configuration.account_sid, self._around.callbacks)

    def _show(self, call: Call) -> None:
        """Tell open pages: those of the telephone, and those of whoever it was dialled for."""
        parent = self.calls.get(call.parent_sid) if call.parent_sid else None
        self._around.live.changed("phones", f"phone:{call.phone}", *([f"phone:{parent.phone}"] if parent else []))
