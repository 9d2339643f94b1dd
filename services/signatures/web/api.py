"""The API of petitions: sign one."""

from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from services.signatures.web.schemas import SignatureSchema, SignedSchema, signing_by_api
from services.signatures.web.signers import Sign, take
from shared.web.guard import public


def make_api(sign: Sign) -> Blueprint:
    """`POST /petitions/<slug>/signatures`."""
    api = Blueprint("signatures_api", __name__, description="Signing a petition.")

    @api.route("/petitions/<slug>/signatures", methods=["POST"])
    @public
    @api.arguments(SignatureSchema())
    @api.response(201, SignedSchema)
    @api.alt_response(404, description="There is no such petition.")
    @api.alt_response(410, description="The petition is closed.")
    @api.alt_response(503, description="Too many sign at once, or the database is away: try again after Retry-After.")
    def add_signature(values: dict[str, Any], slug: str) -> Response:
        """Sign. It is kept once this is answered. Signing again changes nothing, and is answered alike."""
        take(signing_by_api(values), slug, sign)
        body = orjson.dumps({"petition": slug, "status": "signed"})
        return Response(body, 201, content_type="application/json")

    return api
