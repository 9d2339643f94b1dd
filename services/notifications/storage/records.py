"""Everything that notifications keeps, in one transaction, for the use cases that need several parts of it."""

from sqlalchemy import Connection

from services.notifications.storage.broadcasts import Broadcasts
from services.notifications.storage.consents import Consents
from services.notifications.storage.contacts import Contacts
from services.notifications.storage.deliveries import Deliveries
from services.notifications.storage.petitions import Petitions
from services.notifications.storage.planning import Planning
from services.notifications.storage.replies import Replies
from services.notifications.storage.suppressions import Suppressions


class Records:
    """The parts, each a small class of its own; and the transaction, for posting and scheduling in it."""

    def __init__(self, transaction: Connection) -> None:
        self.transaction = transaction
        self.contacts = Contacts(transaction)
        self.consents = Consents(transaction)
        self.suppressions = Suppressions(transaction)
        self.petitions = Petitions(transaction)
        self.broadcasts = Broadcasts(transaction)
        self.deliveries = Deliveries(transaction)
        self.planning = Planning(transaction)
        self.replies = Replies(transaction)
