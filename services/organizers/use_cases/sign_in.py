"""How an organizer signs in and out. Whoever fails learns nothing, not even from how long it took."""

from dataclasses import dataclass
from datetime import datetime

from services.organizers.domain.account import Account, Person, Role
from services.organizers.domain.audit import SERVICE, Deed
from services.organizers.domain.password import hash_password, is_outdated, is_password
from services.organizers.domain.throttle import OF_ACCOUNT, OF_ADDRESS, OF_PAIR, Throttle
from services.organizers.storage.records import Records
from services.organizers.use_cases.people import People
from shared.clock import Clock
from shared.database import Database
from shared.identifiers import new_id
from shared.privacy.fingerprints import Fingerprints


class WrongEmailOrPassword(Exception):
    """One of the two is wrong; which is nobody's business."""


class TooManyTries(Exception):
    """The next try counts only at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many tries")
        self.until = until


@dataclass(frozen=True)
class SignedIn:
    """A session that has begun."""

    session_id: str
    organizer_id: str
    name: str
    role: Role
    at: datetime


class SignIn:
    """Begins and ends sessions. `address` is where a try comes from; only its fingerprint is kept."""

    def __init__(self, database: Database, people: People, fingerprints: Fingerprints, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._fingerprints = fingerprints
        self._clock = clock

    def sign_in(self, email: str, password: str, address: str) -> SignedIn:
        """Begin a session. Raises `WrongEmailOrPassword` or `TooManyTries`."""
        throttles = self._throttles(email, address)
        self._count(throttles)
        with self._database.transaction() as transaction:
            account = Records(transaction).accounts.with_email(self._people.email_id(email))
        is_right = is_password(password, account.password_hash if account else None)
        person = self._people.open([account])[0] if account and is_right else None
        if account is None or person is None:
            self._note_failure(account)
            raise WrongEmailOrPassword
        if is_outdated(account.password_hash):
            self._hash_again(account, password)
        return self._begin(account, person, list(throttles))

    def sign_out(self, session_id: str, organizer_id: str) -> None:
        """End a session."""
        with self._database.transaction() as transaction:
            records = Records(transaction)
            records.sessions.end(session_id)
            records.audit.note(Deed.SIGNED_OUT, organizer_id, organizer_id, self._clock())

    def is_open(self, session_id: str) -> bool:
        """Whether a session was begun here and not ended since."""
        with self._database.transaction() as transaction:
            return Records(transaction).sessions.is_open(session_id)

    def _throttles(self, email: str, address: str) -> dict[str, Throttle]:
        account = self._people.email_id(email)
        place = self._fingerprints.of("sign-in address", address)
        return {
            f"address:{place}": OF_ADDRESS,
            f"account:{account}": OF_ACCOUNT,
            f"pair:{account}:{place}": OF_PAIR,
        }

    def _count(self, throttles: dict[str, Throttle]) -> None:
        with self._database.transaction() as transaction:
            until = Records(transaction).tries.count(throttles, self._clock())
            if until:
                # Raised inside, so that whoever only waits leaves no row behind, however often they ask.
                raise TooManyTries(until)

    def _note_failure(self, account: Account | None) -> None:
        with self._database.transaction() as transaction:
            about = account.id if account else None
            Records(transaction).audit.note(Deed.SIGN_IN_FAILED, SERVICE, about, self._clock())

    def _hash_again(self, account: Account, password: str) -> None:
        password_hash = hash_password(password)
        with self._database.transaction() as transaction:
            Records(transaction).accounts.keep_password(account.id, password_hash)

    def _begin(self, account: Account, person: Person, keys: list[str]) -> SignedIn:
        begun = SignedIn(str(new_id()), account.id, person.name, account.role, self._clock())
        address, *own = keys
        with self._database.transaction() as transaction:
            records = Records(transaction)
            records.tries.forgive(address)
            records.tries.forget(own)
            records.sessions.begin(begun.session_id, account.id, begun.at)
            records.audit.note(Deed.SIGNED_IN, account.id, account.id, begun.at)
        return begun
