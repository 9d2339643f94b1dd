"""The addresses that the carrier asks and tells about one call. They name the call, never a telephone."""

from dataclasses import dataclass
from uuid import UUID

from services.calls.domain.call import Call

PREFIX = "/webhooks/twilio/calls"


@dataclass(frozen=True)
class CallAddresses:
    """Made from the public address, as the carrier signs what it asks for."""

    public_url: str

    def of(self, call_id: UUID, step: str) -> str:
        """The address of one step of a call: answered, confirmed, returned, reported, office or status."""
        return f"{self.public_url}{PREFIX}/{call_id}/{step}"

    def to_place(self, call: Call) -> tuple[str, str]:
        """Where the carrier asks what to say, and where it tells of progress."""
        return self.of(call.id, "answered"), self.of(call.id, "status")
