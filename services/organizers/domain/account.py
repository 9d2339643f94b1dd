"""An organizer's account, and what may not become of it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an organizer may do: owners may all that organizers may, and erase supporters and read the audit log."""

    OWNER = "owner"
    ORGANIZER = "organizer"


class AccountProblem(Exception):
    """The root of what is wrong with an account or what is asked of it.

    AccountProblem
    ├── PasswordIsWeak
    ├── EmailIsTaken
    ├── NoSuchOrganizer
    └── LastOwner
    """


class PasswordIsWeak(AccountProblem):
    """A stranger would guess it; the text says what to do, in one line."""


class EmailIsTaken(AccountProblem):
    """Somebody has an account with this address."""


class NoSuchOrganizer(AccountProblem):
    """Nobody has an account with this address."""


class LastOwner(AccountProblem):
    """Without this account nobody could erase a supporter or read the audit log."""


@dataclass(frozen=True)
class Account:
    """An account as it is kept: who it is can be compared, but is read only by the vault."""

    id: str
    email_id: str
    sealed: str
    role: Role
    password_hash: str


@dataclass(frozen=True)
class Person:
    """Who an account belongs to, opened."""

    name: str
    email: str
