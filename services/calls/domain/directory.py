"""The directory: ridings, the representatives who sit for them, and their offices; and who is to be called.

The shapes follow Represent (represent.opennorth.ca), whose answers for a postal code are a guess in two lists: the
boundaries around the middle of the code, and those that Elections Canada or a user's list gives for it. Both count.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from services.calls.domain.call import Aim, Ending, Line

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


@dataclass(frozen=True)
class Target:
    """Whom a call is to be for."""

    aim: Aim
    riding: str | None = None


# The lines of the representative of a riding: None where the seat is vacant.
LinesOf = Callable[[str], Sequence[Line] | None]


def aim(
    ridings: Sequence[str] | None, *, first_will_do: bool, has_fallback: bool, lines_of: LinesOf
) -> Target | Ending:
    """Whom to call for a supporter of these ridings (None: not looked up yet), or why nobody can be.

    Where the supporter's own MP cannot be named or rung, the campaign's fallback is, if it has one.
    """
    if ridings is None:
        return Target(Aim.PENDING)
    problem = _problem_with(ridings, first_will_do, lines_of)
    if problem is None:
        return Target(Aim.RIDING, ridings[0])
    return Target(Aim.FALLBACK) if has_fallback else problem


def _problem_with(ridings: Sequence[str], first_will_do: bool, lines_of: LinesOf) -> Ending | None:
    if not ridings:
        return Ending.RIDING_UNKNOWN
    if len(ridings) > 1 and not first_will_do:
        return Ending.SEVERAL_RIDINGS
    lines = lines_of(ridings[0])
    if lines is None:
        return Ending.SEAT_IS_VACANT
    return None if lines else Ending.OFFICE_HAS_NO_TELEPHONE


def choose_line(lines: Sequence[Line], calls_on: Mapping[str, int], free: Mapping[str, int]) -> Line | None:
    """The line to dial: the least busy with a free place, in the constituency before Ottawa; None while all are full.

    The staff of a constituency office is there for constituents. `calls_on` and `free` are by number.
    """
    with_a_place = [line for line in lines if free[line.number] > 0]
    return min(
        with_a_place,
        key=lambda line: (line.kind != "constituency", calls_on.get(line.number, 0)),
        default=None,
    )
