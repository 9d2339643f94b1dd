"""How organizers make a call campaign: a draft, its review with the announcement, and the launch."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext

from services.calls.domain.call_campaign import (
    CallCampaign,
    CampaignIsNotADraft,
    CampaignIsOver,
    CampaignState,
    CampaignText,
    SlugIsTaken,
)
from services.calls.domain.prompts import prompts
from services.calls.storage.records import Records
from services.calls.use_cases.draft import change_draft, draft
from services.calls.use_cases.launch import launch
from services.calls.web import words
from services.calls.web.call_campaign_form import WALL_CLOCK, CallCampaignSchema, call_campaign_of, values_of
from services.calls.web.shown import Shown
from services.calls.web.suggested import FIELDS, suggested_announcement
from shared.service import Backbone
from shared.web.announcing import read_announcement
from shared.web.guard import current_organizer
from shared.web.problems import Problem
from shared.web.reading import read_form

USUAL_ZONE = "America/Toronto"
USUAL_LENGTH = timedelta(days=1)


def draft_pages(backbone: Backbone) -> Blueprint:
    """The routes, each for signed-in organizers."""
    pages = Blueprint(
        "call_campaign_drafts", __name__, template_folder="templates", url_prefix="/console/call-campaigns"
    )

    @pages.get("/new")
    def new() -> str:
        """An empty form with the usual hours."""
        return _form(_usual(backbone.clock()), {}, None)

    @pages.post("")
    def add() -> Any:
        """Keep a draft and go on to its review."""
        values, problems = read_form(CallCampaignSchema())
        if not problems:
            try:
                with backbone.database.transaction() as transaction:
                    draft(call_campaign_of(values), current_organizer().id, Records(transaction))
                return redirect(url_for("call_campaign_drafts.review", slug=values["slug"]), 303)
            except SlugIsTaken:
                problems = {"slug": [gettext("There is a call campaign with this address already.")]}
        return _form(_typed(), problems, None), 422

    @pages.get("/<slug>/edit")
    def edit(slug: str) -> str:
        """A draft's form."""
        return _form(values_of(_draft(slug)), {}, slug)

    @pages.post("/<slug>/edit")
    def change(slug: str) -> Any:
        """Keep a draft as it is now."""
        values, problems = read_form(CallCampaignSchema())
        if problems:
            return _form(_typed(), problems, slug), 422
        try:
            with backbone.database.transaction() as transaction:
                # Its address stays: reviews and links go there.
                change_draft(call_campaign_of({**values, "slug": slug}), Records(transaction))
        except CampaignIsNotADraft:
            raise _not_a_draft() from None
        return redirect(url_for("call_campaign_drafts.review", slug=slug), 303)

    @pages.get("/<slug>/review")
    def review(slug: str) -> Any:
        """The words, what is said on the telephone, and whom the announcement reaches."""
        campaign = _known(slug)
        if campaign.state != CampaignState.DRAFT:
            return redirect(url_for("calls_console.board", slug=slug), 303)
        return render_template(
            "calls/console/review.html",
            campaign=campaign,
            shown=Shown(campaign),
            spoken=[(text, _spoken(campaign, text)) for text in campaign.texts],
            has_closed=campaign.has_closed(backbone.clock()),
            announcement=suggested_announcement(campaign),
            words=words,
        )

    @pages.post("/<slug>/launch")
    def launch_campaign(slug: str) -> Any:
        """Launch it with the announcement that was counted."""
        announcement = read_announcement(request.form, current_organizer(), backbone.settings.secret_key, FIELDS)
        try:
            with backbone.database.transaction() as transaction:
                launch(slug, announcement, Records(transaction), backbone.clock())
        except CampaignIsNotADraft:
            raise _not_a_draft() from None
        except CampaignIsOver:
            detail = gettext("Nothing was sent. Go back and choose a later end.")
            raise Problem(409, gettext("Its window has closed"), detail) from None
        return redirect(url_for("calls_console.board", slug=slug), 303)

    def _known(slug: str) -> CallCampaign:
        with backbone.database.transaction() as transaction:
            campaign = Records(transaction).campaigns.get(slug)
        if campaign is None:
            abort(404)
        return campaign

    def _draft(slug: str) -> CallCampaign:
        campaign = _known(slug)
        if campaign.state != CampaignState.DRAFT:
            raise _not_a_draft()
        return campaign

    return pages


def _form(given: dict[str, Any], problems: dict[str, list[str]], slug: str | None) -> str:
    return render_template(
        "calls/console/form.html", given=given, problems=problems, slug=slug, zones=list(words.TIME_ZONES.items())
    )


def _typed() -> dict[str, Any]:
    return {**request.form.to_dict(), "first_riding_by_text": "first_riding_by_text" in request.form}


def _spoken(campaign: CallCampaign, text: CampaignText) -> str:
    say = prompts(text.language)
    offer = say.offer.format(whom=say.office_of.format(target="(…)"))
    return f"{say.greeting.format(caller=campaign.caller_name)} {text.reason} {offer}"


def _usual(now: datetime) -> dict[str, Any]:
    """What most call-in days are: a day of office hours from now on, two calls at once to each line."""
    opens = now.astimezone(ZoneInfo(USUAL_ZONE)).replace(minute=0)
    return {
        "opens_at": opens.strftime(WALL_CLOCK),
        "closes_at": (opens + USUAL_LENGTH).strftime(WALL_CLOCK),
        "time_zone": USUAL_ZONE,
        "daily_from": "09:00",
        "daily_until": "17:00",
        "calls_per_line": 2,
    }


def _not_a_draft() -> Problem:
    return Problem(
        409,
        gettext("This call campaign was launched before"),
        gettext("What supporters were told cannot be changed behind their backs. See its board."),
    )
