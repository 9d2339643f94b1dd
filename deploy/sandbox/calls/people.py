"""Who is at a telephone: a script, or a person at the page."""

import asyncio
from collections.abc import Callable

from deploy.sandbox.calls.leg import Leg
from deploy.sandbox.calls.scripts import CallScript

DECLINED = {"refuse": "busy", "busy": "busy", "fail": "failed"}
RINGS_OUT = "no_answer"
# How long a machine at a supporter's telephone records before it hangs up.
MACHINE_SECONDS = 90.0


class Person:
    """Does nothing by itself: the page does."""

    def rings(self, leg: Leg) -> None:
        """Someone will answer, or not."""

    def is_asked(self, leg: Leg) -> None:
        """Someone will press keys, or not."""

    def is_bridged(self, leg: Leg) -> None:
        """They talk."""


class Scripted:
    """Follows a script through one call."""

    def __init__(self, script: CallScript, *, is_busy: bool) -> None:
        self._script = script
        self._is_busy = is_busy
        self._keys = list(script.keys)

    def rings(self, leg: Leg) -> None:
        """Answer, decline or let it ring."""
        script = self._script
        if script.does == RINGS_OUT:
            return
        status = "busy" if self._is_busy else DECLINED.get(script.does)
        if status is not None:
            _after(leg, 0.5, lambda: leg.decline(status))
        else:
            _after(leg, script.answer_after_seconds, lambda: self._answer(leg))

    def _answer(self, leg: Leg) -> None:
        leg.answer()
        if leg.call.direction == "outbound-dial":
            half = self._script.does == "hang_up_half_way"
            _after(leg, self._script.talk_seconds / (2 if half else 1), leg.hang_up)
        elif self._script.does == "voicemail":
            _after(leg, MACHINE_SECONDS, leg.hang_up)

    def is_asked(self, leg: Leg) -> None:
        """Press the next keys, if there are some left."""
        if self._script.does == "voicemail":
            return
        if self._script.does == "hang_up_half_way" and len(self._keys) < len(self._script.keys):
            _after(leg, self._script.hang_up_after_seconds, leg.hang_up)
        elif self._keys:
            keys = self._keys.pop(0)
            _after(leg, self._script.press_after_seconds, lambda: leg.press(keys))

    def is_bridged(self, leg: Leg) -> None:
        """Hang up half way, where the script is so."""
        if self._script.does == "hang_up_half_way" and leg.call.direction != "outbound-dial":
            _after(leg, self._script.hang_up_after_seconds, leg.hang_up)


def _after(leg: Leg, seconds: float, act: Callable[[], None]) -> None:
    """Do something later; on a leg that is over by then it does nothing."""
    asyncio.get_running_loop().call_later(seconds / leg.speed, act)
