"""Takes a guest from the page and from the API alike, and says what became of it."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext

from services.events.domain.gathering import (
    GatheringIsCancelled,
    GatheringIsFull,
    GatheringIsNotScheduled,
    GatheringIsOver,
    GatheringProblem,
)
from services.events.use_cases.attend import Guest
from shared.web.languages import request_language
from shared.web.problems import Problem, known_problem

# Admits a guest to the gathering of a slug. Raises `GatheringProblem`.
Attend = Callable[[Guest, str], None]


def welcome(values: dict[str, Any], slug: str, attend: Attend) -> None:
    """Admit whom a form or a request names. Raises `Problem` where the gathering takes nobody."""
    guest = Guest(
        name=values["name"],
        email=values["email"],
        phone=values["phone"],
        language=values["language"] or request_language(),
    )
    try:
        attend(guest, slug)
    except GatheringProblem as reason:
        raise _problem(reason) from None


def _problem(reason: GatheringProblem) -> Problem:
    match reason:
        case GatheringIsNotScheduled():
            return known_problem(404)
        case GatheringIsCancelled():
            return Problem(410, gettext("This event was cancelled"), gettext("It will not take place."))
        case GatheringIsOver():
            return Problem(410, gettext("This event is over"), gettext("Have a look at those that are to come."))
        case GatheringIsFull():
            detail = gettext("If you told us before that you are coming, your place is kept.")
            return Problem(409, gettext("Every place is taken"), detail)
    raise reason
