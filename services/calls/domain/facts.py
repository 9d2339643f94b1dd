"""What may be heard of a call. Each has its own place in the call: heard again, or in another order, it ends alike."""

from dataclasses import dataclass, replace

from services.calls.domain.call import Call, Ending


@dataclass(frozen=True)
class Placed:
    """The carrier took the call and named it."""

    carrier_id: str

    def added_to(self, call: Call) -> Call:
        """The first name stays."""
        return replace(call, carrier_id=call.carrier_id or self.carrier_id)


@dataclass(frozen=True)
class Rang:
    """The supporter's telephone rings."""

    def added_to(self, call: Call) -> Call:
        """It rang."""
        return replace(call, rang=True)


@dataclass(frozen=True)
class Answered:
    """Somebody or something answered the supporter's telephone."""

    def added_to(self, call: Call) -> Call:
        """It was answered, so it rang."""
        return replace(call, rang=True, answered=True)


@dataclass(frozen=True)
class Confirmed:
    """The supporter pressed 1."""

    def added_to(self, call: Call) -> Call:
        """They pressed 1, so they answered."""
        return replace(call, rang=True, answered=True, confirmed=True)


@dataclass(frozen=True)
class Bridged:
    """The office answered."""

    def added_to(self, call: Call) -> Call:
        """It answered, so it was dialled."""
        return replace(Confirmed().added_to(call), bridged=True)


@dataclass(frozen=True)
class Returned:
    """The leg to the office is over."""

    outcome: str
    talked_seconds: int = 0

    def added_to(self, call: Call) -> Call:
        """The first outcome stays."""
        if call.office_outcome is not None:
            return call
        return replace(Confirmed().added_to(call), office_outcome=self.outcome, talked_seconds=self.talked_seconds)


@dataclass(frozen=True)
class Reported:
    """The supporter said what became of it."""

    outcome: str

    def added_to(self, call: Call) -> Call:
        """The first answer stays."""
        return replace(Confirmed().added_to(call), reported_outcome=call.reported_outcome or self.outcome)


@dataclass(frozen=True)
class HungUp:
    """The leg to the supporter is over, with the carrier's word for how."""

    status: str

    def added_to(self, call: Call) -> Call:
        """The first word stays."""
        return replace(call, hung_up=call.hung_up or self.status)


@dataclass(frozen=True)
class Settled:
    """Enough time has passed since the supporter hung up: nothing more will be heard."""

    def added_to(self, call: Call) -> Call:
        """It is over."""
        return replace(call, settled=True)


@dataclass(frozen=True)
class CalledOff:
    """The call will not be placed, or not again."""

    ending: Ending

    def added_to(self, call: Call) -> Call:
        """It is over, for this reason."""
        return replace(call, called_off=self.ending)
