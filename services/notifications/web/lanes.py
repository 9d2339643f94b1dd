"""The lane of what Twilio tells of texts: each text has several receipts, and a crowd's come all at once."""

from collections.abc import Awaitable, Callable

from services.notifications.domain.receipt import Receipt, receipt_of_text
from services.notifications.settings import NotificationsSettings
from shared.web.lanes import FORM_TYPE, Asked, Lane, Plain
from shared.web.webhooks import signed_by_twilio

# Hears one receipt together with those that came at the same moment; True once it is kept.
HearSoon = Callable[[Receipt], Awaitable[bool]]
HEARD = Plain(204, b"", (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "private, no-cache")))


def make_lanes(settings: NotificationsSettings, public_url: str, hear: HearSoon) -> list[Lane]:
    """Beside `/webhooks/twilio/messages/<delivery_id>/status`."""

    async def text_status(asked: Asked) -> Plain | None:
        address = f"{public_url}/webhooks/twilio/messages/{asked.varying}/status"
        form = signed_by_twilio(settings.twilio_auth_token, address, asked)
        if form is None:
            return None
        status, code = form.get("MessageStatus", ""), form.get("ErrorCode", "")
        receipt = receipt_of_text(asked.varying, form.get("MessageSid", ""), status, code)
        if receipt:
            await hear(receipt)
        return HEARD

    return [Lane("notifications_receipts.text_status", text_status, FORM_TYPE)]
