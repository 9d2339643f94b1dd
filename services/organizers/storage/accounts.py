"""The accounts, found by id or by the fingerprint of the e-mail address."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.organizers.domain.account import Account, Role
from services.organizers.storage.tables import organizers


class Accounts:
    """The accounts, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def with_email(self, email_id: str) -> Account | None:
        """The account of an e-mail's fingerprint."""
        row = self._transaction.execute(sa.select(organizers).where(organizers.c.email_id == email_id)).one_or_none()
        return _account(row) if row else None

    def all(self) -> list[Account]:
        """Every account, oldest first."""
        rows = self._transaction.execute(sa.select(organizers).order_by(organizers.c.created_at, organizers.c.id))
        return [_account(row) for row in rows]

    def hold_owners(self) -> list[str]:
        """The ids of the owners, none of whom anybody else may remove until the end of the transaction."""
        held = sa.select(organizers.c.id).where(organizers.c.role == Role.OWNER.value).order_by(organizers.c.id)
        return list(self._transaction.execute(held.with_for_update()).scalars())

    def add(self, account: Account, at: datetime) -> bool:
        """Keep a new account; whether its e-mail was free."""
        row = {
            "id": account.id,
            "email_id": account.email_id,
            "sealed": account.sealed,
            "role": account.role.value,
            "password_hash": account.password_hash,
            "created_at": at,
        }
        new = insert(organizers).values(row).on_conflict_do_nothing().returning(organizers.c.id)
        return self._transaction.execute(new).one_or_none() is not None

    def keep_password(self, id_: str, password_hash: str) -> None:
        """Replace what is kept of the password."""
        mine = sa.update(organizers).where(organizers.c.id == id_)
        self._transaction.execute(mine.values(password_hash=password_hash))

    def drop(self, id_: str) -> None:
        """Remove an account, and with it its sessions."""
        self._transaction.execute(sa.delete(organizers).where(organizers.c.id == id_))


def _account(row: Any) -> Account:
    return Account(row.id, row.email_id, row.sealed, Role(row.role), row.password_hash)
