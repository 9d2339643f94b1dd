"""How organizers make a gathering: a draft, its review with the invitation, and its announcement."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.events.domain.gathering import Gathering, GatheringIsNotADraft, GatheringIsOver, SlugIsTaken, State
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.draft import change_draft, draft
from services.events.use_cases.schedule import schedule
from services.events.web.gathering_form import read_gathering, values_of
from services.events.web.shown import KINDS, show
from services.events.web.suggested import FIELDS, suggested_invitation
from services.events.web.zones import USUAL, zone_choices
from shared.service import Backbone
from shared.web.announcing import read_announcement
from shared.web.guard import current_organizer
from shared.web.languages import request_language
from shared.web.problems import Problem, known_problem
from shared.web.reading import FieldProblems


def make_drafts(backbone: Backbone) -> Blueprint:
    """`/console/events`, as far as drafts are concerned; each for signed-in organizers."""
    pages = Blueprint("gathering_drafts", __name__, template_folder="templates", url_prefix="/console/events")

    @pages.get("/new")
    def new() -> str:
        return _form({"time_zone": USUAL}, {}, None)

    @pages.post("")
    def add() -> ResponseReturnValue:
        read, values, problems = read_gathering()
        if read:
            try:
                with backbone.database.transaction() as transaction:
                    draft(read, current_organizer().id, Gatherings(transaction))
                return redirect(url_for(".review", slug=read.slug), 303)
            except SlugIsTaken:
                problems = {"slug": [gettext("There is an event with this address already.")]}
        return _form(values, problems, None), 422

    @pages.get("/<slug>/edit")
    def edit(slug: str) -> str:
        known = find(slug)
        if known.state != State.DRAFT:
            raise _not_a_draft()
        return _form(values_of(known), {}, slug)

    @pages.post("/<slug>/edit")
    def change(slug: str) -> ResponseReturnValue:
        read, values, problems = read_gathering()
        if read is None:
            return _form(values, problems, slug), 422
        try:
            with backbone.database.transaction() as transaction:
                # Its address stays: reviews and links go there.
                change_draft(replace(read, slug=slug), Gatherings(transaction))
        except GatheringIsNotADraft:
            raise _not_a_draft() from None
        return redirect(url_for(".review", slug=slug), 303)

    @pages.get("/<slug>/review")
    def review(slug: str) -> ResponseReturnValue:
        known = find(slug)
        if known.state != State.DRAFT:
            return redirect(url_for("gathering_board.board", slug=slug), 303)
        return render_template(
            "events/console/review.html",
            gathering=known,
            shown=[show(known, text.language) for text in known.texts],
            here=show(known, request_language()),
            is_over=known.is_over(backbone.clock()),
            announcement=suggested_invitation(known),
        )

    @pages.post("/<slug>/schedule")
    def schedule_draft(slug: str) -> ResponseReturnValue:
        announcement = read_announcement(request.form, current_organizer(), backbone.settings.secret_key, FIELDS)
        try:
            with backbone.database.transaction() as transaction:
                schedule(slug, announcement, Gatherings(transaction), backbone.clock())
        except GatheringIsNotADraft:
            raise _not_a_draft() from None
        except GatheringIsOver:
            detail = gettext("Nothing was sent. Go back and choose a later day.")
            raise Problem(409, gettext("It would be over already"), detail) from None
        return redirect(url_for("gathering_board.board", slug=slug), 303)

    def find(slug: str) -> Gathering:
        with backbone.database.transaction() as transaction:
            known = Gatherings(transaction).get(slug)
        if known is None:
            raise known_problem(404)
        return known

    return pages


def _form(values: dict[str, Any], problems: FieldProblems, slug: str | None) -> str:
    return render_template(
        "events/console/form.html",
        values=values,
        problems=problems,
        slug=slug,
        kinds=[(kind.value, gettext(name)) for kind, name in KINDS.items()],
        zones=zone_choices(request_language()),
    )


def _not_a_draft() -> Problem:
    return Problem(
        409,
        gettext("This event was announced before"),
        gettext("What people were told does not change behind their backs. It can be cancelled, though."),
    )
