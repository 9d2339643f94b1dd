"""What anybody sees: a call campaign's page, with a telephone number for those who would rather call by themselves."""

from flask import Blueprint, abort, render_template, request

from services.calls.domain.call_campaign import CampaignState
from services.calls.storage.board import Board
from services.calls.storage.records import Records
from services.calls.web import words
from services.calls.web.shown import Shown
from shared.service import Backbone
from shared.web.guard import public
from shared.web.languages import request_language


def public_pages(backbone: Backbone) -> Blueprint:
    """The route, open to anybody."""
    pages = Blueprint("calls", __name__, template_folder="templates")

    @pages.get("/call-campaigns/<slug>")
    @public
    def call_campaign(slug: str) -> str:
        """Why we call, what to say, how many calls were made, and every office's telephone."""
        with backbone.database.transaction() as transaction:
            records = Records(transaction)
            campaign = records.campaigns.get(slug)
            if campaign is None or campaign.state == CampaignState.DRAFT:
                abort(404)
            seated = records.directory.representatives()
            version = records.directory.version()
            reached = Board(transaction, slug).reached()
        return render_template(
            "calls/call_campaign.html",
            campaign=campaign,
            shown=Shown(campaign),
            text=campaign.text(request_language()),
            is_open=campaign.is_open(backbone.clock()),
            reached=reached,
            choices=[(one.riding.id, f"{one.riding.name} ({one.name})") for one in seated.values()],
            chosen=seated.get(request.args.get("riding", "")),
            version=version,
            words=words,
        )

    return pages
