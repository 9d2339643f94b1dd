"""Contacts: added and learned about by the batch, found by supporter or by telephone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.notifications.domain.consent import Consent, Reach, reached_after
from services.notifications.domain.contact import Contact
from services.notifications.storage.tables import STRANGERS, contacts, ridings


@dataclass(frozen=True, kw_only=True)
class Known:
    """A contact as it is kept: what is personal stays sealed."""

    contact: Contact
    sealed: str | None
    phone_id: str | None = None
    email_id: str | None = None

    @property
    def supporter_id(self) -> str:
        """Who it is."""
        return self.contact.supporter_id

    def once_said(self, consents: Iterable[Consent]) -> "Known":
        """The contact as it is reached once their own of some consents and withdrawals count."""
        mine = [consent for consent in consents if consent.supporter_id == self.supporter_id]
        may, _ = reached_after(self.contact.may, mine, {})
        return replace(self, contact=replace(self.contact, may=may))


class Contacts:
    """The contacts, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, known: Sequence[Known]) -> set[str]:
        """Add those who are new, in one statement; the ids of these. Others stay as they are, and are locked."""
        rows = self._transaction.execute(_ADD, _columns(known))
        return {row.supporter_id for row in rows if row.is_new}

    def keep(self, known: Sequence[Known]) -> None:
        """Write down what is known of contacts that are held."""
        if known:
            self._transaction.execute(_KEEP, _columns(known))

    def hold(self, supporter_ids: Iterable[str]) -> list[Known]:
        """Those of some contacts that are there, locked until the end of the transaction.

        In one order, so that two workers that hold the same people never wait for each other in a circle.
        """
        return self._hold(contacts.c.supporter_id == sa.any_(_texts(supporter_ids)))

    def hold_of_phone(self, phone_id: str) -> list[Known]:
        """Everybody who has this telephone, locked likewise."""
        return self._hold(contacts.c.phone_id == phone_id)

    def of_phone(self, phone_id: str) -> list[Known]:
        """Everybody who has this telephone; who took part in something comes first, and of these the newest."""
        took_part = contacts.c.campaigns != sa.cast([], ARRAY(sa.Text))
        question = sa.select(contacts).where(contacts.c.phone_id == phone_id)
        ordered = question.order_by(took_part.desc(), contacts.c.created_at.desc(), contacts.c.supporter_id)
        return [_known(row) for row in self._transaction.execute(ordered)]

    def get(self, supporter_id: str) -> Known | None:
        """One contact."""
        row = self._transaction.execute(
            sa.select(contacts).where(contacts.c.supporter_id == supporter_id)
        ).one_or_none()
        return _known(row) if row else None

    def take_part(self, supporter_id: str, campaign: str) -> None:
        """Note that somebody we know takes part in a campaign."""
        new = sa.not_(contacts.c.campaigns.contains([campaign]))
        one = sa.update(contacts).where(contacts.c.supporter_id == supporter_id, new)
        self._transaction.execute(one.values(campaigns=sa.func.array_append(contacts.c.campaigns, campaign)))

    def locate(self, located: Mapping[str, tuple[str | None, Sequence[str]]]) -> None:
        """Note the province and the ridings of supporters, also of those of whom nothing else was heard yet."""
        rows = [
            {"supporter_id": one, "province": province, "ridings": list(found)}
            for one, (province, found) in sorted(located.items())
        ]
        new = insert(contacts).values(rows)
        learned = {"province": new.excluded.province, "ridings": new.excluded.ridings}
        self._transaction.execute(new.on_conflict_do_update(index_elements=["supporter_id"], set_=learned))

    def name_ridings(self, names: Mapping[str, str]) -> None:
        """Note what ridings are called."""
        if not names:
            return
        new = insert(ridings).values([{"id": one, "name": name} for one, name in sorted(names.items())])
        changed = ridings.c.name != new.excluded.name
        self._transaction.execute(
            new.on_conflict_do_update(index_elements=["id"], set_={"name": new.excluded.name}, where=changed)
        )

    def drop(self, supporter_id: str) -> str | None:
        """Forget a contact; the fingerprint of their telephone."""
        gone = sa.delete(contacts).where(contacts.c.supporter_id == supporter_id).returning(contacts.c.phone_id)
        phone_id: str | None = self._transaction.execute(gone).scalar_one_or_none()
        return phone_id

    def drop_strangers(self, before: datetime) -> int:
        """Forget those who took part in nothing until then."""
        gone = sa.delete(contacts).where(STRANGERS, contacts.c.created_at < before)
        return self._transaction.execute(gone).rowcount

    def _hold(self, which: sa.ColumnElement[bool]) -> list[Known]:
        question = sa.select(contacts).where(which).order_by(contacts.c.supporter_id).with_for_update()
        return [_known(row) for row in self._transaction.execute(question)]


def _texts(words: Iterable[str]) -> sa.BindParameter[Sequence[str]]:
    return sa.bindparam(None, list(words), type_=ARRAY(sa.Text))


def _known(row: Any) -> Known:
    may = {reach for reach in Reach if getattr(row, f"may_{reach}")}
    contact = Contact(
        supporter_id=row.supporter_id,
        language=row.language,
        petitions=tuple(row.petitions),
        campaigns=tuple(row.campaigns),
        may=frozenset(may),
    )
    return Known(contact=contact, sealed=row.sealed, phone_id=row.phone_id, email_id=row.email_id)


def _columns(known: Sequence[Known]) -> dict[str, list[Any]]:
    """The values of `_NAMES`, in the order of the supporters' ids."""
    ordered = sorted(known, key=lambda one: one.supporter_id)
    return dict(zip(_NAMES, map(list, zip(*map(_values, ordered), strict=True)), strict=True))


def _values(known: Known) -> tuple[Any, ...]:
    contact = known.contact
    return (
        contact.supporter_id,
        known.sealed,
        known.phone_id,
        known.email_id,
        contact.language,
        " ".join(contact.petitions),
        " ".join(contact.campaigns),
        Reach.TEXT in contact.may,
        Reach.EMAIL in contact.may,
        Reach.CALL in contact.may,
    )


_TYPES = {
    "supporter_id": "text",
    "sealed": "text",
    "phone_id": "text",
    "email_id": "text",
    "language": "text",
    "petitions": "text",
    "campaigns": "text",
    "may_text": "bool",
    "may_email": "bool",
    "may_call": "bool",
}
_NAMES = tuple(_TYPES)
# A list of lists would have to be square, so the slugs of each travel as one text: no slug has a space.
_SLUGS = ("petitions", "campaigns")
_READ = {name: f"string_to_array(given.{name}, ' ')" if name in _SLUGS else f"given.{name}" for name in _NAMES}
_GIVEN = (
    "unnest("
    + ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _TYPES.items())
    + f") WITH ORDINALITY AS given ({', '.join(_NAMES)}, place)"
)
_ADD = sa.text(
    f"INSERT INTO contacts ({', '.join(_NAMES)}) SELECT {', '.join(_READ.values())} FROM {_GIVEN}"
    # An update that changes nothing locks the row, so that nobody forgets it meanwhile; a new row was never locked.
    " ORDER BY place ON CONFLICT (supporter_id) DO UPDATE SET language = contacts.language"
    " RETURNING contacts.supporter_id, contacts.xmax = 0 AS is_new"
)
_KEEP = sa.text(
    "UPDATE contacts SET "
    + ", ".join(f"{name} = {value}" for name, value in _READ.items() if name != "supporter_id")
    + f" FROM {_GIVEN} WHERE contacts.supporter_id = given.supporter_id"
)
