"""Whom a supporter's call is for."""

from collections.abc import Sequence

import pytest

from services.calls.domain.aim import Target, aim
from services.calls.domain.call import Aim, Ending, Line
from tests.unit.calls.made import MINISTER, campaign, line

HERE, THERE, VACANT, MUTE = "35099", "35107", "24001", "59001"


def lines_of(riding_id: str) -> Sequence[Line] | None:
    seats: dict[str, tuple[Line, ...]] = {HERE: (line(),), THERE: (line("+14165550109"),), MUTE: ()}
    return seats.get(riding_id)


@pytest.mark.parametrize(
    ("ridings", "first_will_do", "has_fallback", "expected"),
    [
        (None, False, True, Target(Aim.PENDING)),
        ((HERE,), False, False, Target(Aim.RIDING, HERE)),
        ((HERE,), False, True, Target(Aim.RIDING, HERE)),
        ((), False, False, Ending.RIDING_UNKNOWN),
        ((), True, True, Target(Aim.FALLBACK)),
        ((HERE, THERE), False, False, Ending.SEVERAL_RIDINGS),
        ((HERE, THERE), False, True, Target(Aim.FALLBACK)),
        ((HERE, THERE), True, True, Target(Aim.RIDING, HERE)),
        ((VACANT,), False, False, Ending.SEAT_IS_VACANT),
        ((VACANT,), False, True, Target(Aim.FALLBACK)),
        ((MUTE,), False, False, Ending.OFFICE_HAS_NO_TELEPHONE),
        ((MUTE,), False, True, Target(Aim.FALLBACK)),
    ],
)
def test_the_own_mp_is_called_or_else_the_fallback_or_else_it_is_said_why_nobody_is(
    ridings: tuple[str, ...] | None, first_will_do: bool, has_fallback: bool, expected: Target | Ending
) -> None:
    assert aim(ridings, first_will_do=first_will_do, has_fallback=has_fallback, lines_of=lines_of) == expected


def test_who_is_there_to_choose_is_asked_before_the_fallback_is_called() -> None:
    day = campaign(fallback=MINISTER, first_riding_by_text=True)

    assert day.target_chosen((HERE, THERE), lines_of) == Ending.SEVERAL_RIDINGS
    assert day.target_chosen((), lines_of) == Ending.RIDING_UNKNOWN
    assert day.target_chosen((VACANT,), lines_of) == Target(Aim.FALLBACK)
    assert day.target_of((HERE, THERE), lines_of) == Target(Aim.RIDING, HERE)
    assert day.target_of((), lines_of) == Target(Aim.FALLBACK)
