"""Counts whom an announcement reaches, for the page on which it is confirmed (`shared.web.announcing`)."""

from typing import Any

from flask import Blueprint, request

from services.notifications.storage.audiences import count
from shared.service import Backbone
from shared.web.announcing import count_answer, read_audience, read_channels


def audience_pages(backbone: Backbone) -> Blueprint:
    """The route, for signed-in organizers."""
    pages = Blueprint("audiences", __name__, url_prefix="/console/audiences")

    @pages.post("/count")
    def count_audience() -> dict[str, Any]:
        """How many people the form's announcement would text, e-mail and ring now."""
        audience, channels = read_audience(request.form), read_channels(request.form)
        with backbone.database.transaction() as transaction:
            found = count(transaction, audience, channels)
        return count_answer(backbone.settings.secret_key, audience, channels, found.texts, found.emails, found.rings)

    return pages
