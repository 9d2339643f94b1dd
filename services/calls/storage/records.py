"""Everything that `calls` keeps, in one transaction, for the use cases that need several parts of it."""

from sqlalchemy import Connection

from services.calls.storage.call_campaigns import CallCampaigns
from services.calls.storage.callers import Callers
from services.calls.storage.calls import Calls
from services.calls.storage.directory import Directory
from services.calls.storage.office_lines import OfficeLines
from services.calls.storage.queues import Queues
from services.calls.storage.tables import paces
from shared.reaching.pace import Pace, Paces


class Records:
    """The parts, each a small class of its own; and the transaction, for posting and scheduling in it."""

    def __init__(self, transaction: Connection) -> None:
        self.transaction = transaction
        self.campaigns = CallCampaigns(transaction)
        self.callers = Callers(transaction)
        self.calls = Calls(transaction)
        self.queues = Queues(transaction)
        self.directory = Directory(transaction)
        self.lines = OfficeLines(transaction)

    def paces(self, pace: Pace) -> Paces:
        """What all workers keep together as fast as one pace, such as the carrier's calls per second."""
        return Paces(self.transaction, paces, pace)
