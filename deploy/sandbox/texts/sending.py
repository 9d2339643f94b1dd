"""The life of a text to a telephone: taken, sent, delivered or not, each step told to its status callback."""

import time
from collections.abc import Callable

from deploy.sandbox.callbacks import Callback
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.identifiers import message_sid
from deploy.sandbox.numbers import FAILING_TEXTS
from deploy.sandbox.surroundings import Surroundings
from deploy.sandbox.texts.drafts import Draft
from deploy.sandbox.texts.keywords import OptOuts
from deploy.sandbox.texts.messages import Message, Messages
from deploy.sandbox.texts.segments import segments_of
from deploy.sandbox.twilio_errors import TwilioRefusal

API_VERSION = "2010-04-01"
DELIVERED = ("delivered", None)


class Sending:
    """Sends texts and keeps them; `arrived` is called with each that reaches its telephone."""

    def __init__(
        self, around: Surroundings, messages: Messages, opt_outs: OptOuts, arrived: Callable[[Message], None]
    ) -> None:
        self._around = around
        self._messages = messages
        self._opt_outs = opt_outs
        self._arrival = arrived

    def send(self, draft: Draft, direction: str = "outbound-api") -> Message:
        """Take a text and let it go its way. Raises `TwilioRefusal` where its reader has opted out."""
        if self._opt_outs.stopped(sender_of(self._around.configuration, draft.from_number), draft.to):
            raise TwilioRefusal(21610)
        message = self._record(draft, direction)
        if draft.send_at is None:
            self._around.timers.after(self._around.pace.sending_seconds, self._sending, message)
        else:
            self._around.timers.after(draft.send_at - time.time(), self._due, message)
        return message

    def _record(self, draft: Draft, direction: str) -> Message:
        now = time.time()
        initial = "queued" if draft.service_sid is None else ("accepted" if draft.send_at is None else "scheduled")
        message = Message(
            sid=message_sid(media=draft.media > 0),
            to=draft.to,
            from_number=draft.from_number,
            body=draft.body,
            direction=direction,
            segments=segments_of(draft.body),
            status=initial,
            callback=draft.callback,
            service_sid=draft.service_sid,
            media=draft.media,
            created=now,
            send_at=draft.send_at,
            expires=(draft.send_at or now) + draft.validity,
        )
        self._messages.add(message)
        return message

    def _due(self, message: Message) -> None:
        if message.status == "scheduled":
            self._sending(message)

    def _sending(self, message: Message) -> None:
        """Hand the text to the carrier, unless a fault holds it back (for ever where it says no seconds).

        That a text is queued is told where it was not so from the start, as with a Messaging Service.
        """
        if message.status != "queued":
            self._becomes(message, "queued")
        fault = self._around.faults.strike("delivery") if self._around.faults.active else None
        if fault is None:
            self._leave(message)
        elif fault.seconds:
            self._around.timers.after(fault.seconds, self._leave, message)

    def _leave(self, message: Message) -> None:
        if message.expires is not None and time.time() > message.expires:
            self._becomes(message, "failed", 30036)
            return
        outcome, code = FAILING_TEXTS.get(message.to[-4:], DELIVERED)
        if outcome == "failed":
            self._becomes(message, "failed", code)
            return
        self._messages.becomes(message, "sending")
        message.sent = time.time()
        self._around.timers.after(self._around.pace.delivery_seconds / 2, self._sent, message, outcome, code)

    def _sent(self, message: Message, outcome: str, code: int | None) -> None:
        self._becomes(message, "sent")
        if outcome != "sent":
            self._around.timers.after(self._around.pace.delivery_seconds / 2, self._arrived, message, outcome, code)

    def _arrived(self, message: Message, outcome: str, code: int | None) -> None:
        self._becomes(message, outcome, code)
        if message.seen:
            self._around.live.changed("phones", f"phone:{message.to}")
            self._arrival(message)

    def confirm(self, message: Message) -> None:
        """Send what Twilio answers itself: nobody is called back, and no opt-out holds it up."""
        self._messages.add(message)
        self._around.timers.after(self._around.pace.delivery_seconds, self._arrived, message, *DELIVERED)

    def _becomes(self, message: Message, status: str, code: int | None = None) -> None:
        self._messages.becomes(message, status, code)
        if message.callback:
            form = self._status_form(message)
            self._around.callbacks.post(Callback(message.sid, message.callback, form))

    def _status_form(self, message: Message) -> dict[str, str]:
        form = {
            "AccountSid": self._around.configuration.account_sid,
            "ApiVersion": API_VERSION,
            "From": message.from_number or "",
            "MessageSid": message.sid,
            "MessageStatus": message.status,
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "To": message.to,
        }
        if message.service_sid:
            form["MessagingServiceSid"] = message.service_sid
        if message.error_code:
            form["ErrorCode"] = str(message.error_code)
        if message.status in ("delivered", "undelivered"):
            form["RawDlrDoneDate"] = time.strftime("%y%m%d%H%M", time.gmtime(message.updated))
        return form

    def cancel(self, message: Message) -> None:
        """Cancel a scheduled text. Raises `TwilioRefusal` where it is not waiting for its time."""
        if message.status != "scheduled":
            raise TwilioRefusal(30409)
        self._becomes(message, "canceled")


def service_of(configuration: Configuration, own_number: str) -> str | None:
    """The Messaging Service that one of our numbers is in."""
    return configuration.messaging_service_sid if own_number == configuration.text_from else None


def sender_of(configuration: Configuration, own_number: str) -> str:
    """What an opt-out holds for: the Messaging Service that a number is in, or the number alone."""
    return service_of(configuration, own_number) or own_number
