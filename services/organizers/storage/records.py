"""Everything that `organizers` keeps, in one transaction, for the use cases that need several parts of it."""

from sqlalchemy import Connection

from services.organizers.storage.accounts import Accounts
from services.organizers.storage.audit import AuditLog
from services.organizers.storage.erasures import Erasures
from services.organizers.storage.sessions import Sessions
from services.organizers.storage.sign_in_tries import SignInTries


class Records:
    """The parts, each a small class of its own."""

    def __init__(self, transaction: Connection) -> None:
        self.accounts = Accounts(transaction)
        self.sessions = Sessions(transaction)
        self.tries = SignInTries(transaction)
        self.erasures = Erasures(transaction)
        self.audit = AuditLog(transaction)
