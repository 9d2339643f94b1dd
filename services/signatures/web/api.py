"""The API of petitions: sign one, see its total, and learn the words that go beside the boxes."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.signatures.domain.consent_wording import CURRENT, WORDINGS
from services.signatures.storage.recent_petitions import RecentPetitions
from services.signatures.web.lanes import signed, total
from services.signatures.web.schemas import (
    ConsentWordingSchema,
    SignatureSchema,
    SignedSchema,
    TotalSchema,
    signing_by_api,
)
from services.signatures.web.shown import seen_by_supporters
from services.signatures.web.signers import Sign, take
from shared.web.api import OF_A_BODY, refuses
from shared.web.guard import public

NO_PETITION = "There is no such petition."
BUSY = "Too many sign at once, or the database is away: try again after Retry-After."


def make_api(recent: RecentPetitions, sign: Sign) -> Blueprint:
    """`/petitions/<slug>/signatures`, `/petitions/<slug>/count.json` and `/consent-wordings`."""
    api = Blueprint("signatures_api", __name__, description="Signing a petition.")

    @api.route("/petitions/<slug>/signatures", methods=["POST"])
    @public
    @api.arguments(SignatureSchema())
    @api.response(201, SignedSchema)
    @refuses(api, OF_A_BODY | {404: NO_PETITION, 410: "The petition is closed.", 503: BUSY})
    def add_signature(values: dict[str, Any], slug: str) -> Response:
        """Sign. It is kept once this is answered. Signing again changes nothing, and is answered alike."""
        take(signing_by_api(values), slug, sign)
        return signed(slug).response()

    @api.route("/petitions/<slug>/count.json")
    @public
    @api.response(200, TotalSchema)
    @refuses(api, {404: NO_PETITION})
    def count(slug: str) -> Response:
        """How many have signed, and when the last was counted. It is read anew once a second at most."""
        return total(seen_by_supporters(recent.find(slug))).response()

    @api.route("/consent-wordings")
    @public
    @api.response(200, ConsentWordingSchema(many=True))
    @refuses(api, {})
    def consent_wordings() -> Any:
        """What to write beside each box, in every language. None may be ticked beforehand."""
        return [wording for wording in WORDINGS if wording.version == CURRENT]

    return api
