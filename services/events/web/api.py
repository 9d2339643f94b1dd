"""The API of gatherings."""

from typing import Any

from flask_smorest import Blueprint

from services.events.web.guests import Attend, welcome
from services.events.web.schemas import ComingSchema, GuestSchema
from shared.web.api import OF_A_BODY, refuses
from shared.web.guard import public

REFUSALS = {
    404: "There is no such gathering.",
    409: "Every place is taken.",
    410: "The gathering was cancelled, or is over.",
}


def make_api(attend: Attend) -> Blueprint:
    """`POST /events/<slug>/attendances`."""
    api = Blueprint("events_api", __name__, description="Who is coming to a gathering.")

    @api.route("/events/<slug>/attendances", methods=["POST"])
    @public
    @api.arguments(GuestSchema)
    @api.response(201, ComingSchema)
    @refuses(api, OF_A_BODY | REFUSALS)
    def add_attendance(values: dict[str, Any], slug: str) -> dict[str, str]:
        """Say that somebody is coming. Saying it again changes nothing, and is answered alike."""
        welcome(values, slug, attend)
        return {"gathering": slug, "status": "coming"}

    return api
