"""The API of gatherings."""

from typing import Any

from flask_smorest import Blueprint

from services.events.web.guests import Attend, welcome
from services.events.web.schemas import ComingSchema, GuestSchema
from shared.web.guard import public


def make_api(attend: Attend) -> Blueprint:
    """`POST /events/<slug>/attendances`."""
    api = Blueprint("events_api", __name__, description="Who is coming to a gathering.")

    @api.route("/events/<slug>/attendances", methods=["POST"])
    @public
    @api.arguments(GuestSchema)
    @api.response(201, ComingSchema)
    @api.alt_response(404, description="There is no such gathering.")
    @api.alt_response(409, description="Every place is taken.")
    @api.alt_response(410, description="The gathering was cancelled, or is over.")
    def add_attendance(values: dict[str, Any], slug: str) -> dict[str, str]:
        """Say that somebody is coming. Saying it again changes nothing, and is answered alike."""
        welcome(values, slug, attend)
        return {"gathering": slug, "status": "coming"}

    return api
