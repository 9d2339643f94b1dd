"""How many calls an office's line is given at once: fewer after each busy signal, slowly more while it answers.

An MP's office has one or two people on the telephone. A line that is flooded helps nobody, so the limit halves when a
call finds it busy or unanswered, and rises by one only after as many calls were answered as the limit allows at once
(additive increase, multiplicative decrease, as TCP does it).
"""

from dataclasses import dataclass, replace

LEAST = 1
SLOWED_BY = ("busy", "no_answer")


@dataclass(frozen=True)
class OfficeLine:
    """One telephone line and what has been learned of it."""

    limit: int
    answered_in_a_row: int = 0

    def after(self, outcome: str, ceiling: int) -> "OfficeLine":
        """The line once a call to it ended so; `ceiling` is what the campaign allows at most."""
        if outcome in SLOWED_BY:
            return OfficeLine(limit=max(LEAST, min(self.limit, ceiling) // 2))
        if outcome != "completed":
            return self
        risen = replace(self, answered_in_a_row=self.answered_in_a_row + 1)
        if risen.answered_in_a_row < self.limit:
            return risen
        return OfficeLine(limit=max(self.limit, min(ceiling, self.limit + 1)))

    def free(self, calls_on_it: int, ceiling: int) -> int:
        """How many more calls it may be given now."""
        return max(0, min(self.limit, ceiling) - calls_on_it)
