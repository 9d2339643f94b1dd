"""The directory: ridings, the representatives who sit for them, and their offices.

The shapes follow Represent (represent.opennorth.ca), whose answers for a postal code are a guess in two lists: the
boundaries around the middle of the code, and those that Elections Canada or a user's list gives for it. Both count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from services.calls.domain.call import Line

# The first two digits of a federal riding's number are its province's (Statistics Canada, standard classification).
PROVINCES = {
    "10": "NL",
    "11": "PE",
    "12": "NS",
    "13": "NB",
    "24": "QC",
    "35": "ON",
    "46": "MB",
    "47": "SK",
    "48": "AB",
    "59": "BC",
    "60": "YT",
    "61": "NT",
    "62": "NU",
}


@dataclass(frozen=True, kw_only=True)
class Riding:
    """A federal riding, by the number that Elections Canada gave it."""

    id: str
    name: str

    @property
    def province(self) -> str | None:
        """Two letters; None for a number that is not a federal riding's."""
        return PROVINCES.get(self.id[:2]) if len(self.id) == 5 and self.id.isdigit() else None


@dataclass(frozen=True, kw_only=True)
class Office:
    """An office of a representative. It may have no telephone."""

    kind: str
    number: str | None
    extension: str = ""
    place: str = ""

    def id_for(self, riding: str) -> str:
        """An id that stays the same from one day's directory to the next while the number does."""
        return str(uuid5(NAMESPACE_URL, f"office:{riding}:{self.kind}:{self.number}:{self.extension}"))


@dataclass(frozen=True, kw_only=True)
class Representative:
    """Who sits for a riding."""

    name: str
    riding: Riding
    offices: tuple[Office, ...] = ()
    party: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The offices that can be rung."""
        return tuple(
            Line(
                target_name=self.name,
                office=office.id_for(self.riding.id),
                number=office.number,
                extension=office.extension,
                kind=office.kind,
            )
            for office in self.offices
            if office.number
        )


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Every sitting representative as Represent told it at one moment, and the boundary set they sit for."""

    boundary_set: str
    representatives: tuple[Representative, ...]


class SnapshotIsImplausible(Exception):
    """The answer would empty the directory: the source is broken, so yesterday's goes on serving."""


def check_plausible(snapshot: Snapshot, known: int) -> None:
    """Refuse a directory that lost more than half of its people over night. Raises `SnapshotIsImplausible`."""
    found = len(snapshot.representatives)
    if found == 0 or found * 2 < known:
        raise SnapshotIsImplausible(f"{found} representatives, where there were {known}")


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """A riding in an answer for a postal code, with the boundary set it belongs to."""

    boundary_set: str
    riding: Riding


def ridings_of(boundaries: Iterable[Boundary], current_set: str) -> tuple[Riding, ...]:
    """The distinct ridings of an answer, those of superseded boundary sets left out, in the order they were given."""
    current = {one.riding.id: one.riding for one in boundaries if one.boundary_set == current_set}
    return tuple(current.values())
