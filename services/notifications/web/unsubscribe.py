"""The page behind the link in every e-mail. The link is the key: it needs no session, and shows nobody's address."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

from services.notifications.storage.records import Records
from services.notifications.use_cases.unsubscribe import resubscribe, unsubscribe
from shared.service import Backbone
from shared.web.guard import public
from shared.web.languages import request_language
from shared.web.links import read_unsubscribe


def unsubscribe_pages(backbone: Backbone) -> Blueprint:
    """The routes, open to anybody who has a link."""
    pages = Blueprint("unsubscribe", __name__, template_folder="templates", url_prefix="/unsubscribe")

    @pages.get("/<token>")
    @public
    def ask(token: str) -> Response:
        """A page with a button: programs that follow every link of an e-mail must not unsubscribe anybody."""
        _supporter(token)
        return _page(token, "ask")

    @pages.post("/<token>")
    @public
    def end(token: str) -> Any:
        """No more e-mails; also for a mail program that posts without asking (RFC 8058), which wants no page."""
        supporter_id = _supporter(token)
        with backbone.database.transaction() as transaction:
            unsubscribe(supporter_id, Records(transaction), backbone.clock())
        if request.form.get("List-Unsubscribe") == "One-Click":
            return Response(status=204)
        return _page(token, "ended")

    @pages.post("/<token>/undo")
    @public
    def undo(token: str) -> Response:
        """E-mails again."""
        supporter_id = _supporter(token)
        with backbone.database.transaction() as transaction:
            resubscribe(supporter_id, request_language(), Records(transaction), backbone.clock())
        return _page(token, "begun")

    def _supporter(token: str) -> str:
        supporter_id = read_unsubscribe(backbone.settings, token)
        if supporter_id is None:
            abort(404)
        return supporter_id

    return pages


def _page(token: str, state: str) -> Response:
    response = make_response(render_template("notifications/unsubscribe.html", token=token, state=state))
    response.headers["Cache-Control"] = "no-store"
    return response
