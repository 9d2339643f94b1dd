"""How organizers make a petition: a draft, its review with the announcement, and the opening."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.signatures.domain.petition import (
    FEWEST_TARGETS,
    Petition,
    PetitionIsNotADraft,
    PetitionState,
    SlugIsTaken,
)
from services.signatures.storage.petitions import Petitions
from services.signatures.use_cases.draft import change_draft, draft
from services.signatures.use_cases.open import open_petition
from services.signatures.web.petition_form import MOST_TARGETS, read_petition, values_of
from services.signatures.web.preview import preview
from services.signatures.web.suggested import suggested_announcement
from shared.service import Backbone
from shared.web.announcing import read_announcement
from shared.web.guard import current_organizer
from shared.web.problems import Problem, known_problem


def make_drafts(backbone: Backbone) -> Blueprint:
    """What makes a petition under `/console/petitions`: new, edit, review, open; each for signed-in organizers."""
    pages = Blueprint("petition_drafts", __name__, template_folder="templates", url_prefix="/console/petitions")

    @pages.get("/new")
    def new() -> str:
        return _form({}, {}, None)

    @pages.post("")
    def add() -> ResponseReturnValue:
        petition, values, problems = read_petition()
        if petition:
            try:
                with backbone.database.transaction() as transaction:
                    draft(petition, current_organizer().id, Petitions(transaction), backbone.clock())
                return redirect(url_for(".review", slug=petition.slug), 303)
            except SlugIsTaken:
                problems = {"slug": [gettext("There is a petition with this address already.")]}
        return _form(values, problems, None), 422

    @pages.get("/<slug>/edit")
    def edit(slug: str) -> str:
        petition = look_up(slug)
        if petition.state != PetitionState.DRAFT:
            raise _not_a_draft()
        return _form(values_of(petition), {}, slug)

    @pages.post("/<slug>/edit")
    def change(slug: str) -> ResponseReturnValue:
        petition, values, problems = read_petition()
        if petition is None:
            return _form(values, problems, slug), 422
        try:
            with backbone.database.transaction() as transaction:
                # Its address stays: reviews and links go there.
                change_draft(replace(petition, slug=slug), Petitions(transaction))
        except PetitionIsNotADraft:
            raise _not_a_draft() from None
        return redirect(url_for(".review", slug=slug), 303)

    @pages.get("/<slug>/review")
    def review(slug: str) -> ResponseReturnValue:
        petition = look_up(slug)
        if petition.state != PetitionState.DRAFT:
            return redirect(url_for("petition_board.board", slug=slug), 303)
        return render_template(
            "signatures/console/review.html",
            petition=petition,
            previews=[preview(petition, text) for text in petition.texts],
            announcement=suggested_announcement(petition, f"{backbone.settings.public_url}/petitions/{slug}"),
        )

    @pages.post("/<slug>/open")
    def open_draft(slug: str) -> ResponseReturnValue:
        announcement = read_announcement(request.form, current_organizer(), backbone.settings.secret_key)
        try:
            with backbone.database.transaction() as transaction:
                open_petition(slug, announcement, Petitions(transaction), backbone.clock())
        except PetitionIsNotADraft:
            raise _not_a_draft() from None
        return redirect(url_for("petition_board.board", slug=slug), 303)

    def look_up(slug: str) -> Petition:
        with backbone.database.transaction() as transaction:
            found = Petitions(transaction).find(slug)
        if found is None:
            raise known_problem(404)
        return found.petition

    return pages


def _form(values: dict[str, Any], problems: dict[str, list[str]], slug: str | None) -> str:
    return render_template(
        "signatures/console/form.html",
        values=values,
        problems=problems,
        slug=slug,
        targets=range(1, MOST_TARGETS + 1),
        fewest=FEWEST_TARGETS,
    )


def _not_a_draft() -> Problem:
    return Problem(
        409,
        gettext("This petition was opened before"),
        gettext("What people signed cannot be changed behind their backs. See its board."),
    )
