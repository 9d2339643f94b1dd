"""What organizers see of their gatherings: the list, the board of each, and how one is called off."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.events.domain.attendance import Headcount
from services.events.domain.gathering import Gathering, GatheringIsNotScheduled, GatheringIsOver, State
from services.events.storage.attendances import Attendances
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.cancel import cancel
from services.events.web.shown import STATES, show
from services.events.web.suggested import FIELDS, suggested_cancellation
from shared.service import Backbone
from shared.web.announcing import read_announcement
from shared.web.guard import current_organizer
from shared.web.languages import request_language
from shared.web.problems import Problem, known_problem


def make_console(backbone: Backbone) -> Blueprint:
    """`/console/events`, as far as what was announced is concerned; each for signed-in organizers."""
    pages = Blueprint("gathering_board", __name__, template_folder="templates", url_prefix="/console/events")

    @pages.get("")
    def listed() -> str:
        with backbone.database.transaction() as transaction:
            gatherings = Gatherings(transaction).all()
            coming = Attendances(transaction).headcounts([one.slug for one in gatherings])
        return render_template(
            "events/console/list.html",
            gatherings=[(show(one, request_language()), coming.get(one.slug, Headcount())) for one in gatherings],
            states=STATES,
        )

    @pages.get("/<slug>")
    def board(slug: str) -> ResponseReturnValue:
        gathering, coming = find(slug)
        if gathering.state == State.DRAFT:
            return redirect(url_for("gathering_drafts.review", slug=slug), 303)
        return render_template(
            "events/console/board.html",
            gathering=gathering,
            shown=show(gathering, request_language()),
            coming=coming,
            is_over=gathering.is_over(backbone.clock()),
            is_to_come=gathering.is_to_come(backbone.clock()),
            states=STATES,
        )

    @pages.get("/<slug>/cancel")
    def ask_to_cancel(slug: str) -> str:
        gathering, coming = find(slug)
        if not gathering.is_to_come(backbone.clock()):
            raise _not_to_come()
        return render_template(
            "events/console/cancel.html",
            gathering=gathering,
            shown=show(gathering, request_language()),
            coming=coming,
            announcement=suggested_cancellation(gathering),
        )

    @pages.post("/<slug>/cancel")
    def call_off(slug: str) -> ResponseReturnValue:
        announcement = read_announcement(request.form, current_organizer(), backbone.settings.secret_key, FIELDS)
        try:
            with backbone.database.transaction() as transaction:
                cancel(slug, announcement, Gatherings(transaction), backbone.clock())
        except (GatheringIsNotScheduled, GatheringIsOver):
            raise _not_to_come() from None
        return redirect(url_for(".board", slug=slug), 303)

    def find(slug: str) -> tuple[Gathering, Headcount]:
        with backbone.database.transaction() as transaction:
            known = Gatherings(transaction).get(slug)
            coming = Attendances(transaction).headcount(slug)
        if known is None:
            raise known_problem(404)
        return known, coming

    return pages


def _not_to_come() -> Problem:
    detail = gettext("It was not announced yet, was cancelled before, or is over.")
    return Problem(409, gettext("This event is not to come"), detail)
