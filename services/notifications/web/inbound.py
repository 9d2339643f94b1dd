"""Texts that somebody wrote to us, as Twilio hands them over. It may come twice; it is heard once."""

from flask import Blueprint, Response

from services.notifications.settings import NotificationsSettings
from services.notifications.storage.records import Records
from services.notifications.use_cases.hear_text import Inbound, hear_text
from shared.privacy.addresses import AddressIsInvalid, phone_number
from shared.service import Backbone
from shared.web.guard import webhook
from shared.web.webhooks import id_in, verified_twilio_form

# Nothing to say right here: the answer goes through the ledger.
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def inbound_pages(backbone: Backbone, settings: NotificationsSettings) -> Blueprint:
    """The route, open to Twilio only."""
    pages = Blueprint("inbound_texts", __name__)

    @pages.post("/webhooks/twilio/messages")
    @webhook
    def text_came_in() -> Response:
        """A text came in."""
        form = verified_twilio_form(settings.twilio_auth_token, backbone.settings.public_url)
        inbound = _read(form)
        if inbound:
            with backbone.database.transaction() as transaction:
                records = Records(transaction)
                hear_text(inbound, records, backbone.vault, backbone.fingerprints, backbone.clock())
        return Response(NOTHING, content_type="text/xml; charset=utf-8")

    return pages


def _read(form: dict[str, str]) -> Inbound | None:
    """The text; None where it came from no telephone that could be answered, such as a short code."""
    message_id = id_in(form, "MessageSid")
    try:
        number = phone_number(form.get("From", ""))
    except AddressIsInvalid:
        return None
    return Inbound(
        provider_id=message_id,
        number=number,
        body=form.get("Body", ""),
        opt_out_type=form.get("OptOutType", ""),
    )
