"""What telephones do with a call by themselves. One without a script is a person's, and waits for one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from deploy.sandbox.numbers import FAILING_CALLS

DOES = ("answer", "refuse", "busy", "no_answer", "voicemail", "hang_up_half_way", "fail")
KEYS = frozenset("0123456789*#")


class ScriptIsWrong(Exception):
    """A script makes no sense; the text says why."""


@dataclass(frozen=True)
class CallScript:
    """What a telephone does when it rings; times in seconds, and `lines` is how many calls it takes at once."""

    does: str = "answer"
    # What is pressed at each question: by default yes, and the first answer offered.
    keys: tuple[str, ...] = ("1", "1")
    answer_after_seconds: float = 3.0
    press_after_seconds: float = 2.0
    talk_seconds: float = 60.0
    hang_up_after_seconds: float = 5.0
    lines: int | None = None

    def as_data(self) -> dict[str, Any]:
        """The script as the control API shows it."""
        return asdict(self)


def call_script_from(wanted: Any) -> CallScript | None:
    """Read a script from JSON; null makes the telephone a person's again. Raises `ScriptIsWrong`."""
    if wanted is None:
        return None
    if not isinstance(wanted, dict):
        raise ScriptIsWrong("call must be an object or null")
    known = asdict(CallScript())
    if set(wanted) - set(known):
        raise ScriptIsWrong(f"call has {', '.join(known)}, not {', '.join(sorted(set(wanted) - set(known)))}")
    if wanted.get("does", "answer") not in DOES:
        raise ScriptIsWrong(f"does must be one of {', '.join(DOES)}")
    for name, value in wanted.items():
        if name.endswith("_seconds") and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise ScriptIsWrong(f"{name} must be a number of at least 0")
    lines = wanted.get("lines")
    if lines is not None and (not isinstance(lines, int) or lines < 1):
        raise ScriptIsWrong("lines must be a whole number of at least 1")
    return CallScript(**{**wanted, "keys": _keys(wanted.get("keys", ["1", "1"]))})


def _keys(wanted: Any) -> tuple[str, ...]:
    if not isinstance(wanted, list) or not all(isinstance(keys, str) and keys for keys in wanted):
        raise ScriptIsWrong('keys must be a list such as ["1", "2"]: what is pressed at each question')
    if any(set(keys) - KEYS for keys in wanted):
        raise ScriptIsWrong("keys are 0 to 9, * and #")
    return tuple(wanted)


class Scripts:
    """The scripts of single telephones, and those of all supporters and all offices that have none of their own."""

    def __init__(self, offices: Mapping[str, object]) -> None:
        self._offices = offices
        self._of_phone: dict[str, CallScript | None] = {}
        self.of_supporters: CallScript | None = None
        self.of_offices: CallScript | None = None

    def set_phone(self, number: str, script: CallScript | None) -> None:
        """Give a telephone a script of its own; None makes it a person's whatever all others do."""
        self._of_phone[number] = script

    def of_phone(self, number: str) -> CallScript | None:
        """What a telephone does; None where a person answers it. The last digits of some numbers decide alone."""
        if number[-4:] in FAILING_CALLS:
            return CallScript(does=FAILING_CALLS[number[-4:]])
        if number in self._of_phone:
            return self._of_phone[number]
        return self.of_offices if number in self._offices else self.of_supporters

    def scripted(self) -> list[str]:
        """The telephones with a script of their own."""
        return list(self._of_phone)

    def clear(self) -> None:
        """Make every telephone a person's."""
        self._of_phone.clear()
        self.of_supporters = self.of_offices = None
