"""Who an account belongs to: kept sealed under a key of the account's own, found by a fingerprint of the address."""

from collections.abc import Sequence

from services.organizers.domain.account import Account, Person
from shared.privacy.addresses import canonical_email
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

_CONTEXT = "organizers.account"


class People:
    """Seals and opens the people behind accounts."""

    def __init__(self, vault: Vault, fingerprints: Fingerprints) -> None:
        self._vault = vault
        self._fingerprints = fingerprints

    def email_id(self, email: str) -> str:
        """By what an account is found: two ways to write one mailbox are one account."""
        return self._fingerprints.of("organizer", canonical_email(email))

    def seal(self, organizer_id: str, person: Person) -> str:
        """What is kept of a person."""
        return self._vault.seal(_key(organizer_id), {"name": person.name, "email": person.email}, _CONTEXT)

    def open(self, accounts: Sequence[Account]) -> list[Person | None]:
        """The people behind some accounts; None where the key is gone, as half way through a removal."""
        opened = self._vault.open_many([(_key(account.id), account.sealed) for account in accounts], _CONTEXT)
        return [Person(**fields) if fields else None for fields in opened]

    def forget(self, organizer_id: str) -> None:
        """Destroy the key, and with it every copy of who it was."""
        self._vault.erase(_key(organizer_id))


def _key(organizer_id: str) -> str:
    return f"organizer:{organizer_id}"
