"""Whom a call is to be for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.calls.domain.call import Aim, Ending, Line

# The lines of the representative of a riding: None where the seat is vacant.
LinesOf = Callable[[str], Sequence[Line] | None]


@dataclass(frozen=True)
class Target:
    """Whom a call is to be for."""

    aim: Aim
    riding: str | None = None


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
