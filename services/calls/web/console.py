"""What organizers see of their call campaigns: the list, and the live board of each."""

from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from services.calls.domain.call_campaign import CampaignIsNotLive, CampaignState
from services.calls.storage.board import Board
from services.calls.storage.records import Records
from services.calls.use_cases.end import end
from services.calls.web import words
from services.calls.web.shown import Shown
from shared.service import Backbone
from shared.web.languages import request_language
from shared.web.problems import Problem

REFRESH_SECONDS = 5


def console_pages(backbone: Backbone) -> Blueprint:
    """The routes, each for signed-in organizers."""
    pages = Blueprint("calls_console", __name__, template_folder="templates", url_prefix="/console/call-campaigns")

    @pages.get("")
    def listed() -> str:
        """Every call campaign, newest first."""
        with backbone.database.transaction() as transaction:
            campaigns = Records(transaction).campaigns.all()
        shown = [Shown(campaign) for campaign in campaigns]
        return render_template("calls/console/list.html", campaigns=shown, words=words)

    @pages.get("/<slug>")
    def board(slug: str) -> Any:
        """The live board: calls by stage, by office and by outcome."""
        with backbone.database.transaction() as transaction:
            campaign = Records(transaction).campaigns.get(slug)
            if campaign is None:
                abort(404)
            if campaign.state == CampaignState.DRAFT:
                return redirect(url_for("call_campaign_drafts.review", slug=slug), 303)
            numbers = Board(transaction, slug)
            refreshes = campaign.state == CampaignState.LIVE and "still" not in request.args
            page = render_template(
                "calls/console/board.html",
                campaign=campaign,
                shown=Shown(campaign),
                text=campaign.text(request_language()),
                is_open=campaign.is_open(backbone.clock()),
                stages=numbers.stages(),
                reached=numbers.reached(),
                offices=numbers.offices(),
                endings=numbers.endings(),
                version=Records(transaction).directory.version(),
                refreshes=refreshes,
                words=words,
            )
        response = make_response(page)
        if refreshes:
            response.headers["Refresh"] = str(REFRESH_SECONDS)
        return response

    @pages.post("/<slug>/end")
    def end_campaign(slug: str) -> Any:
        """Place no more calls."""
        try:
            with backbone.database.transaction() as transaction:
                end(slug, Records(transaction), backbone.clock())
        except CampaignIsNotLive:
            detail = gettext("It was not launched yet, or it has ended before.")
            raise Problem(409, gettext("This call campaign is not live"), detail) from None
        return redirect(url_for("calls_console.board", slug=slug), 303)

    return pages
