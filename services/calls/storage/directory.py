"""The directory as it was last mirrored, and the postal codes that were looked up."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from services.calls.domain.call import Line
from services.calls.domain.directory import Office, Representative, Riding, Snapshot
from services.calls.storage.tables import directory_versions, offices, postal_codes, representatives, ridings
from shared.identifiers import new_id


@dataclass(frozen=True)
class Version:
    """One state of the directory: whose word it is and from when; `seen_at` is when that was last confirmed."""

    id: UUID
    source: str
    fetched_at: datetime
    seen_at: datetime
    boundary_set: str


class Directory:
    """The directory, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def version(self) -> Version | None:
        """The version that serves; None before the first."""
        row = self._newest()
        return Version(row.id, row.source, row.fetched_at, row.seen_at, row.boundary_set) if row else None

    def size(self) -> int:
        """How many representatives it has."""
        version = self.version()
        question = sa.select(sa.func.count()).where(representatives.c.version == (version.id if version else None))
        return self._transaction.execute(question).scalar_one()

    def keep(self, snapshot: Snapshot, source: str, at: datetime) -> bool:
        """Have a snapshot serve from now on; False where it says what the one before said."""
        digest = hashlib.sha256(orjson.dumps(snapshot)).hexdigest()
        newest = self._newest()
        if newest and newest.digest == digest:
            same = sa.update(directory_versions).where(directory_versions.c.id == newest.id)
            self._transaction.execute(same.values(seen_at=at))
            return False
        version = {"id": new_id(), "source": source, "fetched_at": at, "seen_at": at, "digest": digest}
        self._transaction.execute(
            sa.insert(directory_versions).values(version | {"boundary_set": snapshot.boundary_set})
        )
        self.name_ridings((one.riding for one in snapshot.representatives), anew=True)
        self._add(version["id"], snapshot.representatives)
        return True

    def name_ridings(self, named: Iterable[Riding], *, anew: bool = False) -> None:
        """Remember what ridings are called; where one is known already, only `anew` gives it another name."""
        rows = [{"id": id_, "name": name} for id_, name in sorted({one.id: one.name for one in named}.items())]
        if not rows:
            return
        new = insert(ridings).values(rows)
        renamed = new.on_conflict_do_update(index_elements=["id"], set_={"name": new.excluded.name})
        self._transaction.execute(renamed if anew else new.on_conflict_do_nothing())

    def ridings(self, ids: Sequence[str]) -> tuple[Riding, ...]:
        """Some ridings by their ids, in the same order; those that are unknown left out."""
        rows = self._transaction.execute(sa.select(ridings).where(ridings.c.id.in_(ids)))
        known = {row.id: Riding(id=row.id, name=row.name) for row in rows}
        return tuple(known[id_] for id_ in ids if id_ in known)

    def representatives(self, of: Collection[str] | None = None) -> dict[str, Representative]:
        """Who sits for each of some ridings, of all by default, by riding; a vacant one is not among them."""
        version = self.version()
        if version is None or (of is not None and not of):
            return {}
        seated = sa.select(representatives, ridings.c.name.label("riding_name")).join(ridings)
        seated = seated.where(representatives.c.version == version.id).order_by(ridings.c.name)
        having = sa.select(offices).where(offices.c.version == version.id).order_by(offices.c.position)
        if of is not None:
            seated, having = seated.where(representatives.c.riding.in_(of)), having.where(offices.c.riding.in_(of))
        at_home: dict[str, list[Office]] = {}
        for row in self._transaction.execute(having):
            at_home.setdefault(row.riding, []).append(_office(row))
        return {row.riding: _representative(row, at_home) for row in self._transaction.execute(seated)}

    def lines_of(self, riding: str) -> Sequence[Line] | None:
        """The offices of a riding's representative that can be rung; None where the seat is vacant."""
        representative = self.representatives([riding]).get(riding)
        return representative.lines if representative else None

    def ridings_of_code(self, fingerprint: str, boundary_set: str) -> tuple[str, ...] | None:
        """The ridings of a postal code that was looked up before; None where it was not, or for other boundaries."""
        question = sa.select(postal_codes.c.ridings).where(
            postal_codes.c.fingerprint == fingerprint, postal_codes.c.boundary_set == boundary_set
        )
        found = self._transaction.execute(question).scalar_one_or_none()
        return None if found is None else tuple(found)

    def keep_code(self, fingerprint: str, boundary_set: str, found: Sequence[str], at: datetime) -> None:
        """Remember the ridings of a postal code."""
        new = insert(postal_codes).values(
            fingerprint=fingerprint, boundary_set=boundary_set, ridings=list(found), looked_up_at=at
        )
        latest = {name: new.excluded[name] for name in ("boundary_set", "ridings", "looked_up_at")}
        self._transaction.execute(new.on_conflict_do_update(index_elements=["fingerprint"], set_=latest))

    def _newest(self) -> Any:
        newest = sa.select(directory_versions).order_by(directory_versions.c.fetched_at.desc()).limit(1)
        return self._transaction.execute(newest).one_or_none()

    def _add(self, version: Any, people: Sequence[Representative]) -> None:
        self._transaction.execute(
            sa.insert(representatives),
            [{"version": version, "riding": one.riding.id, "name": one.name, "party": one.party} for one in people],
        )
        rows = [
            {"version": version, "riding": one.riding.id, "position": position} | vars(office)
            for one in people
            for position, office in enumerate(one.offices)
        ]
        if rows:
            self._transaction.execute(sa.insert(offices), rows)


def _office(row: Any) -> Office:
    return Office(kind=row.kind, number=row.number, extension=row.extension, place=row.place)


def _representative(row: Any, at_home: dict[str, list[Office]]) -> Representative:
    return Representative(
        name=row.name,
        riding=Riding(id=row.riding, name=row.riding_name),
        offices=tuple(at_home.get(row.riding, ())),
        party=row.party,
    )
