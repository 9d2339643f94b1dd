"""The page behind a call-me link: it rings the supporter whom the link was sent to, and says how the call is doing."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from services.calls.domain.call import Ending
from services.calls.domain.call_campaign import CampaignState
from services.calls.settings import CallsSettings
from services.calls.storage.records import Records
from services.calls.use_cases.ring_me import CannotBeRung, Given, ring_me
from services.calls.web.schemas import CallMeSchema
from services.calls.web.shown import Shown
from services.calls.web.visit import FALLBACK, Visit
from shared.service import Backbone
from shared.web.guard import public
from shared.web.languages import request_language
from shared.web.links import read_call_me
from shared.web.reading import FieldProblems, read_form

REFRESH_SECONDS = 4


def call_me_pages(backbone: Backbone, settings: CallsSettings) -> Blueprint:
    """The routes, each open to anybody."""
    pages = Blueprint("call_me", __name__, template_folder="templates")

    @pages.get("/call-me/<token>")
    @public
    def call_me(token: str) -> Response:
        """Whom you will speak to and a button; or, once it was pressed, how the call is doing."""
        with backbone.database.transaction() as transaction:
            return _page(_visit(token, Records(transaction)), {}, 200)

    @pages.post("/call-me/<token>")
    @public
    def press_button(token: str) -> Any:
        """Ring them, having asked what was missing."""
        values, problems = read_form(CallMeSchema())
        with backbone.database.transaction() as transaction:
            records = Records(transaction)
            visit = _visit(token, records)
            if visit.is_under_way:
                return redirect(url_for("call_me.call_me", token=token), 303)
            problems = problems or _missing(visit, values) or _ring(visit, values, records)
            if problems:
                return _page(visit, problems, 422)
        return redirect(url_for("call_me.call_me", token=token), 303)

    def _ring(visit: Visit, values: dict[str, Any], records: Records) -> FieldProblems:
        """Ring the visitor; what stands against it."""
        try:
            ring_me(
                visit.caller.supporter_id,
                visit.campaign,
                _given(visit, values),
                records,
                backbone.vault,
                backbone.fingerprints,
                backbone.clock(),
                settings.patience,
                most_a_day=settings.calls_per_telephone_a_day,
            )
        except CannotBeRung as reason:
            return {"button": [_why_not(reason.ending)]}
        return {}

    def _visit(token: str, records: Records) -> Visit:
        named = read_call_me(backbone.settings, token)
        if named is None:
            abort(404)
        supporter_id, slug = named
        caller, campaign = records.callers.get(supporter_id), records.campaigns.get(slug)
        if caller is None or campaign is None or campaign.state == CampaignState.DRAFT:
            abort(404)
        ridings = records.directory.ridings(caller.ridings or ())
        seated = records.directory.representatives([one.id for one in ridings] if ridings else None)
        return Visit(caller, campaign, records.calls.latest_of(slug, supporter_id), ridings, seated)

    def _page(visit: Visit, problems: FieldProblems, status: int) -> Response:
        page = render_template(
            "calls/waiting.html" if visit.is_under_way else "calls/call_me.html",
            visit=visit,
            campaign=visit.campaign,
            shown=Shown(visit.campaign),
            text=visit.campaign.text(request_language()),
            is_open=visit.campaign.is_open(backbone.clock()),
            given=request.form,
            problems=problems,
        )
        response = make_response(page, status)
        response.headers["Cache-Control"] = "no-store"
        if visit.is_under_way:
            response.headers["Refresh"] = str(REFRESH_SECONDS)
        return response

    return pages


def _missing(visit: Visit, values: dict[str, Any]) -> FieldProblems:
    problems: FieldProblems = {}
    if visit.caller.phone_id is None and not values.get("phone"):
        problems["phone"] = [gettext("Please fill this in.")]
    if visit.has_to_choose and values.get("riding") not in dict(visit.choices):
        problems["riding"] = [gettext("Choose your riding.")]
    return problems


def _given(visit: Visit, values: dict[str, Any]) -> Given:
    """What was asked of the visitor; whatever else a form brings is not listened to."""
    riding = values.get("riding") if visit.has_to_choose else None
    return Given(
        language=request_language(),
        phone=values.get("phone") if visit.caller.phone_id is None else None,
        riding=riding if riding != FALLBACK else None,
        fallback_instead=riding == FALLBACK,
    )


def _why_not(problem: Ending) -> str:
    words = {
        Ending.CAMPAIGN_IS_CLOSED: gettext("Calls cannot be made right now. Please come back within the hours below."),
        Ending.SEAT_IS_VACANT: gettext("Your riding has no MP right now, so there is nobody to call."),
        Ending.CALLED_OFTEN: gettext("You were rung often enough for a day. Please come back tomorrow."),
        Ending.OFFICE_HAS_NO_TELEPHONE: gettext("Your MP's offices give no telephone number."),
    }
    return str(words.get(problem) or gettext("We cannot ring you right now. Please try again later."))
