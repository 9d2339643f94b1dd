"""What organizers see of their petitions: the list, and the board of each, where it can be closed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.signatures.domain.milestone import next_milestone
from services.signatures.domain.petition import ClosingReason, PetitionIsNotOpen, PetitionState
from services.signatures.storage.board import Board
from services.signatures.storage.petitions import Petitions
from services.signatures.storage.recent_petitions import RecentPetitions
from services.signatures.storage.totals import Totals
from services.signatures.use_cases.close import close_petition
from services.signatures.web import words
from services.signatures.web.shown import show
from shared.service import Backbone
from shared.web.languages import request_language
from shared.web.problems import Problem, known_problem


def make_console(backbone: Backbone, recent: RecentPetitions) -> Blueprint:
    """`/console/petitions`, and a petition's board and closing; each for signed-in organizers."""
    pages = Blueprint("petition_board", __name__, template_folder="templates", url_prefix="/console/petitions")

    @pages.get("")
    def listed() -> str:
        with backbone.database.transaction() as transaction:
            petitions = [show(one, request_language()) for one in Petitions(transaction).all()]
        return render_template("signatures/console/list.html", petitions=petitions, words=words)

    @pages.get("/<slug>")
    def board(slug: str) -> ResponseReturnValue:
        with backbone.database.transaction() as transaction:
            found = Petitions(transaction).find(slug)
            if found is None:
                raise known_problem(404)
            if found.petition.state == PetitionState.DRAFT:
                return redirect(url_for("petition_drafts.review", slug=slug), 303)
            numbers, totals = Board(transaction, found.petition.id), Totals(transaction)
            return render_template(
                "signatures/console/board.html",
                shown=show(found, request_language()),
                counted_at=found.counted_at,
                campaign_total=totals.of_campaign(found.petition.campaign),
                milestones=totals.milestones_of(found.petition.id),
                next_milestone=next_milestone(found.total),
                days=numbers.by_day(),
                languages_used=numbers.by_language(),
                apart=numbers.apart(),
                words=words,
            )

    @pages.post("/<slug>/close")
    def close(slug: str) -> ResponseReturnValue:
        try:
            with backbone.database.transaction() as transaction:
                close_petition(slug, _reason(), Petitions(transaction), backbone.clock())
        except PetitionIsNotOpen:
            detail = gettext("It was not opened yet, or it was closed before.")
            raise Problem(409, gettext("This petition is not open"), detail) from None
        recent.forget(slug)
        return redirect(url_for(".board", slug=slug), 303)

    return pages


def _reason() -> ClosingReason:
    try:
        return ClosingReason(request.form.get("reason", ""))
    except ValueError:
        raise known_problem(422, {"reason": [gettext("Say why it is closed.")]}) from None
