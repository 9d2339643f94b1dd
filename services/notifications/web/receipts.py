"""What Twilio and SendGrid tell of messages. Everything here is verified, may come twice, and may come in any order."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response

from services.notifications.domain.receipt import Receipt, receipt_of_email, receipt_of_text
from services.notifications.settings import NotificationsSettings
from services.notifications.storage.heard import SENDGRID, TimesHeard
from services.notifications.storage.records import Records
from services.notifications.use_cases.hear_receipt import hear_receipts
from shared.service import Backbone
from shared.web.guard import webhook
from shared.web.webhooks import verified_sendgrid_events, verified_twilio_form


def receipt_pages(backbone: Backbone, settings: NotificationsSettings, hear: Callable[[Receipt], bool]) -> Blueprint:
    """The routes, each open to its vendor only. `hear` keeps one receipt together with those of the same moment."""
    pages = Blueprint("notifications_receipts", __name__, url_prefix="/webhooks")
    database, prints, clock = backbone.database, backbone.fingerprints, backbone.clock

    @pages.post("/twilio/messages/<uuid:delivery_id>/status")
    @webhook
    def text_status(delivery_id: UUID) -> Response:
        """A text moved on. One that is not known is answered alike: Twilio could do nothing about it."""
        form = verified_twilio_form(settings.twilio_auth_token, backbone.settings.public_url)
        status, code = form.get("MessageStatus", ""), form.get("ErrorCode", "")
        receipt = receipt_of_text(str(delivery_id), form.get("MessageSid", ""), status, code)
        if receipt:
            hear(receipt)
        return Response(status=204)

    @pages.post("/sendgrid/events")
    @webhook
    def email_events() -> Response:
        """E-mails moved on, up to a thousand at once; where this fails, SendGrid tells them again."""
        events = verified_sendgrid_events(settings.sendgrid_webhook_public_key, clock())
        receipts = [receipt for event in events if (receipt := receipt_of_email(event))]
        with database.transaction() as transaction:
            hear_receipts(receipts, Records(transaction), prints, clock(), settings.patience)
            TimesHeard(transaction).note(SENDGRID, clock())
        return Response(status=204)

    return pages
