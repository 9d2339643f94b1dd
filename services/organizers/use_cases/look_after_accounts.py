"""How accounts come and go, and get another password. Raises `AccountProblem` where that may not be."""

from services.organizers.domain.account import Account, EmailIsTaken, LastOwner, NoSuchOrganizer, Person, Role
from services.organizers.domain.audit import Deed
from services.organizers.domain.password import check_password, hash_password
from services.organizers.storage.people import People
from services.organizers.storage.records import Records
from shared.clock import Clock
from shared.database import Database
from shared.identifiers import new_id


class LookAfterAccounts:
    """What operators and owners do with accounts; `by` is who does it, for the audit log."""

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    def add(self, person: Person, role: Role, password: str, by: str) -> str:
        """Make an account; its id. Raises `PasswordIsWeak` or `EmailIsTaken`."""
        check_password(password, email=person.email)
        email_id, organizer_id = self._people.email_id(person.email), str(new_id())
        password_hash = hash_password(password)
        sealed = self._people.seal(organizer_id, person)
        account = Account(organizer_id, email_id, sealed, role, password_hash)
        if not self._keep(account, by):
            self._people.forget(organizer_id)
            raise EmailIsTaken(person.email)
        return organizer_id

    def remove(self, email: str, by: str) -> None:
        """Remove an account for good and end its sessions. Raises `NoSuchOrganizer` or `LastOwner`."""
        with self._database.transaction() as transaction:
            records = Records(transaction)
            owners = records.accounts.hold_owners()
            account = self._account(email, records)
            if owners == [account.id]:
                raise LastOwner(account.id)
            records.audit.note(Deed.ORGANIZER_REMOVED, by, account.id, self._clock())
            records.accounts.drop(account.id)
            # Last, inside: where the key cannot be destroyed, the account stays, and removing it is tried again.
            self._people.forget(account.id)

    def reset_password(self, email: str, password: str, by: str) -> None:
        """Give an account another password and end its sessions. Raises `NoSuchOrganizer` or `PasswordIsWeak`."""
        check_password(password, email=email)
        password_hash = hash_password(password)
        with self._database.transaction() as transaction:
            records = Records(transaction)
            account = self._account(email, records)
            records.accounts.keep_password(account.id, password_hash)
            records.sessions.end_all_of(account.id)
            records.audit.note(Deed.PASSWORD_RESET, by, account.id, self._clock())

    def all(self) -> list[tuple[Account, Person | None]]:
        """Every account with who it belongs to, oldest first."""
        with self._database.transaction() as transaction:
            accounts = Records(transaction).accounts.all()
        return list(zip(accounts, self._people.open(accounts), strict=True))

    def _keep(self, account: Account, by: str) -> bool:
        now = self._clock()
        with self._database.transaction() as transaction:
            records = Records(transaction)
            added = records.accounts.add(account, now)
            if added:
                records.audit.note(Deed.ORGANIZER_ADDED, by, account.id, now)
        return added

    def _account(self, email: str, records: Records) -> Account:
        account = records.accounts.with_email(self._people.email_id(email))
        if account is None:
            raise NoSuchOrganizer(email)
        return account
