"""How long a call is left alone before it is looked after."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.calls.domain.call import Call, State


@dataclass(frozen=True)
class Patience:
    """Three waits: for the carrier's answer to a dialling, for its next word of a call, and for stragglers."""

    lease: timedelta = timedelta(seconds=60)
    quiet: timedelta = timedelta(minutes=2)
    stragglers: timedelta = timedelta(seconds=5)

    def until(self, call: Call, now: datetime) -> datetime:
        """When to look after a call that was just heard of."""
        return now + (self.stragglers if call.state == State.HUNG_UP else self.quiet)
