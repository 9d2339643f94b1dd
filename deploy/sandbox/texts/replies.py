"""What telephones answer by themselves: rules, each used once a telephone unless it says otherwise."""

import re
from dataclasses import dataclass
from typing import Any


class RuleIsWrong(Exception):
    """A rule makes no sense; the text says why."""


@dataclass(frozen=True)
class ReplyRule:
    """Whoever gets a text that matches `when` (a regular expression, in any case) answers `answer`.

    `after_seconds` is on top of the pace's `answer_delay_seconds`.
    """

    when: re.Pattern[str]
    answer: str
    once: bool = True
    after_seconds: float = 0.0

    def as_data(self) -> dict[str, Any]:
        """The rule as the control API shows it."""
        return {
            "when": self.when.pattern,
            "answer": self.answer,
            "once": self.once,
            "after_seconds": self.after_seconds,
        }


def rules_from(wanted: Any) -> tuple[ReplyRule, ...]:
    """Read rules from JSON. Raises `RuleIsWrong`."""
    if not isinstance(wanted, list):
        raise RuleIsWrong("replies must be a list of rules")
    return tuple(_rule(one) for one in wanted)


def _rule(wanted: Any) -> ReplyRule:
    if not isinstance(wanted, dict) or set(wanted) - {"when", "answer", "once", "after_seconds"}:
        raise RuleIsWrong("a rule has when, answer, and perhaps once and after_seconds")
    if not isinstance(wanted.get("when"), str) or not isinstance(wanted.get("answer"), str) or not wanted["answer"]:
        raise RuleIsWrong("when and answer must be texts")
    after, once = wanted.get("after_seconds", 0.0), wanted.get("once", True)
    if isinstance(after, bool) or not isinstance(after, int | float) or after < 0 or not isinstance(once, bool):
        raise RuleIsWrong("after_seconds must be a number of at least 0, once true or false")
    try:
        pattern = re.compile(wanted["when"], re.IGNORECASE)
    except re.error as error:
        raise RuleIsWrong(f"when is no regular expression: {error}") from None
    return ReplyRule(pattern, wanted["answer"], once, float(after))


class Replies:
    """The rules of all telephones and of single ones, and which were used where."""

    def __init__(self) -> None:
        self.of_all: tuple[ReplyRule, ...] = ()
        self._of_phone: dict[str, tuple[ReplyRule, ...]] = {}
        self._used: set[tuple[str, ReplyRule]] = set()

    def set_phone(self, number: str, rules: tuple[ReplyRule, ...]) -> None:
        """Give a telephone rules of its own; they come before those of all."""
        self._of_phone[number] = rules

    def of_phone(self, number: str) -> tuple[ReplyRule, ...]:
        """The rules of one telephone."""
        return self._of_phone.get(number, ())

    def answer_to(self, number: str, body: str) -> ReplyRule | None:
        """The first rule that has an answer to a text on this telephone, which is then used."""
        for rule in (*self.of_phone(number), *self.of_all):
            use = (number, rule)
            if not (rule.once and use in self._used) and rule.when.search(body):
                self._used.add(use)
                return rule
        return None

    def clear(self, *, rules_too: bool) -> None:
        """Have every rule count as unused; forget the rules themselves if wanted."""
        self._used.clear()
        if rules_too:
            self.of_all = ()
            self._of_phone.clear()
