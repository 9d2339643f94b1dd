"""Texts from telephones: told to the application, whose answers are sent; and what telephones answer by rule."""

import time

from deploy.sandbox.identifiers import delivery_token, message_sid
from deploy.sandbox.numbers import places
from deploy.sandbox.surroundings import Surroundings
from deploy.sandbox.texts.drafts import Draft, draft_of
from deploy.sandbox.texts.keywords import OptOuts
from deploy.sandbox.texts.messages import CONFIRMATION, Message, Messages
from deploy.sandbox.texts.replies import Replies
from deploy.sandbox.texts.segments import segments_of
from deploy.sandbox.texts.sending import API_VERSION, Sending, sender_of, service_of
from deploy.sandbox.texts.twiml import Instructions, Reply, instructions_in
from deploy.sandbox.twilio_errors import TwilioRefusal
from deploy.sandbox.webhooks import WebhookFailed

MOST_REDIRECTS = 10


class Receiving:
    """Receives what is written on telephones."""

    def __init__(self, around: Surroundings, messages: Messages, opt_outs: OptOuts) -> None:
        self._around = around
        self._messages = messages
        self._opt_outs = opt_outs
        self.replies = Replies()
        self._sending = Sending(around, messages, opt_outs, self.arrived)

    @property
    def sending(self) -> Sending:
        """The way back to telephones."""
        return self._sending

    def write(self, number: str, to: str, body: str) -> Message:
        """Write a text on a telephone to one of our numbers."""
        now = time.time()
        message = Message(
            message_sid(), to, number, body, "inbound", segments_of(body), status="received", created=now, sent=now
        )
        message.service_sid = service_of(self._around.configuration, to)
        self._messages.add(message)
        heard = self._opt_outs.hear(sender_of(self._around.configuration, to), number, body)
        self._around.live.changed("phones", f"phone:{number}")
        self._around.timers.start(self._tell(message, heard.kind))
        if heard.confirmation:
            self._confirm(message, heard.confirmation)
        return message

    def _confirm(self, message: Message, words: str) -> None:
        now = time.time()
        confirmation = Message(
            message_sid(), message.phone, message.to, words, CONFIRMATION, segments_of(words), created=now, sent=now
        )
        self._sending.confirm(confirmation)

    def arrived(self, message: Message) -> None:
        """Answer a text that has reached its telephone, if a rule says so; nobody answers Twilio's own words."""
        if message.direction == CONFIRMATION or message.from_number is None:
            return
        rule = self.replies.answer_to(message.to, message.body)
        if rule is not None:
            seconds = self._around.pace.answer_delay_seconds + rule.after_seconds
            self._around.timers.after(seconds, self.write, message.to, message.from_number, rule.answer)

    def _later(self, seconds: float, message: Message, kind: str | None, token: str) -> None:
        self._around.timers.after(seconds, lambda: self._around.timers.start(self._converse(message, kind, token)))

    async def _tell(self, message: Message, kind: str | None) -> None:
        """Tell the application of an inbound text and do what it answers, as often and as late as faults have it."""
        fault = self._around.faults.strike("inbound") if self._around.faults.active else None
        token = delivery_token()
        if fault is None:
            await self._converse(message, kind, token)
        elif fault.kind == "late":
            self._later(fault.seconds, message, kind, token)
        elif fault.kind == "duplicated":
            await self._converse(message, kind, token)
            await self._converse(message, kind, token)

    async def _converse(self, message: Message, kind: str | None, token: str) -> None:
        url, method, form = self._around.configuration.messaging_webhook, "POST", self._inbound_form(message, kind)
        for _ in range(MOST_REDIRECTS):
            try:
                document = await self._around.webhooks.ask(url, form, method=method, about=message.sid, token=token)
            except WebhookFailed:
                return
            instructions = instructions_in(document, self._around.alerts, message.sid)
            self._follow(message, instructions)
            if instructions.redirect is None:
                return
            url, method, token = instructions.redirect, instructions.redirect_method, delivery_token()

    def _follow(self, message: Message, instructions: Instructions) -> None:
        for reply in instructions.replies:
            try:
                self._sending.send(self._reply_draft(message, reply), "outbound-reply")
            except TwilioRefusal as refusal:
                self._around.alerts.add(refusal.code, str(refusal), message.sid)

    def _reply_draft(self, message: Message, reply: Reply) -> Draft:
        form = {
            "To": [reply.to or message.phone],
            "From": [reply.from_number or message.to],
            "Body": [reply.body],
            "StatusCallback": [reply.callback or ""],
            "MediaUrl": list(reply.media),
        }
        if message.service_sid and not reply.from_number:
            form["MessagingServiceSid"] = [message.service_sid]
        return draft_of(form, self._around.configuration)

    def _inbound_form(self, message: Message, kind: str | None) -> dict[str, str]:
        form = {
            "AccountSid": self._around.configuration.account_sid,
            "ApiVersion": API_VERSION,
            "Body": message.body,
            "From": message.phone,
            "MessageSid": message.sid,
            "NumMedia": "0",
            "NumSegments": str(message.segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.to,
        } | places(message.phone, message.to)
        if message.service_sid:
            form["MessagingServiceSid"] = message.service_sid
        if kind and self._opt_outs.rules.advanced:
            form["OptOutType"] = kind
        return form
