"""How an organizer signs in and out. Whoever fails learns nothing, not even from how long it took."""

from dataclasses import dataclass
from datetime import datetime

from services.organizers.domain.account import Account, Person, Role
from services.organizers.domain.audit import SERVICE, Deed
from services.organizers.domain.password import hash_password, is_outdated, is_password
from services.organizers.domain.throttle import TryKeys, try_once_more
from services.organizers.storage.people import People
from services.organizers.storage.records import Records
from shared.clock import Clock
from shared.database import Database
from shared.identifiers import new_id
from shared.privacy.fingerprints import Fingerprints


class WrongEmailOrPassword(Exception):
    """One of the two is wrong; which is nobody's business."""


@dataclass(frozen=True)
class SignedIn:
    """A session that has begun."""

    session_id: str
    organizer_id: str
    name: str
    role: Role
    at: datetime


class SignIn:
    """Begins and ends sessions. `place` is where a try comes from; only its fingerprint is kept."""

    def __init__(self, database: Database, people: People, fingerprints: Fingerprints, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._fingerprints = fingerprints
        self._clock = clock

    def sign_in(self, email: str, password: str, place: str) -> SignedIn:
        """Begin a session. Raises `WrongEmailOrPassword` or `TooManyTries`."""
        email_id = self._people.email_id(email)
        keys = TryKeys.of(self._fingerprints.of("sign-in place", place), email_id)
        self._count(keys)
        with self._database.transaction() as transaction:
            account = Records(transaction).accounts.with_email(email_id)
        is_right = is_password(password, account.password_hash if account else None)
        person = self._people.open([account])[0] if account and is_right else None
        if account is None or person is None:
            self._note_failure(account)
            raise WrongEmailOrPassword
        if is_outdated(account.password_hash):
            self._hash_again(account, password)
        return self._begin(account, person, keys)

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

    def _count(self, keys: TryKeys) -> None:
        """Before the password is looked at, so that a burst of tries gains nothing."""
        now = self._clock()
        with self._database.transaction() as transaction:
            tries = Records(transaction).tries
            # Refused inside, so that whoever only waits leaves no row behind, however often they ask.
            for counted in try_once_more(tries.hold(keys.throttles, now), keys.throttles, now):
                tries.keep(counted)

    def _note_failure(self, account: Account | None) -> None:
        with self._database.transaction() as transaction:
            about = account.id if account else None
            Records(transaction).audit.note(Deed.SIGN_IN_FAILED, SERVICE, about, self._clock())

    def _hash_again(self, account: Account, password: str) -> None:
        password_hash = hash_password(password)
        with self._database.transaction() as transaction:
            Records(transaction).accounts.keep_password(account.id, password_hash)

    def _begin(self, account: Account, person: Person, keys: TryKeys) -> SignedIn:
        begun = SignedIn(str(new_id()), account.id, person.name, account.role, self._clock())
        with self._database.transaction() as transaction:
            records = Records(transaction)
            records.tries.forgive(keys.place)
            records.tries.forget([keys.account, keys.pair])
            records.sessions.begin(begun.session_id, account.id, begun.at)
            records.audit.note(Deed.SIGNED_IN, account.id, account.id, begun.at)
        return begun
