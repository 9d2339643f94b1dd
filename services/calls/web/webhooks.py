"""What Twilio asks and tells about a call. Everything here is verified, may come twice, and may come in any order."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from flask import Blueprint, Response

from services.calls.domain.call import Call, Fact
from services.calls.domain.call_campaign import CallCampaign
from services.calls.domain.carrier_words import CONFIRM_KEY, REPORT_KEYS, fact_of, office_outcome
from services.calls.domain.facts import Answered, Bridged, Confirmed, Reported, Returned
from services.calls.settings import CallsSettings
from services.calls.storage.records import Records
from services.calls.use_cases.hear import AnotherCall, UnknownCall, hear
from services.calls.web import twiml
from services.calls.web.addresses import PREFIX, CallAddresses
from shared.service import Backbone
from shared.web.guard import webhook
from shared.web.problems import known_problem
from shared.web.webhooks import id_in, verified_twilio_form

LONGEST_NUMBER = 7
Form = dict[str, str]
Answer = Callable[[Call, CallCampaign], str]


class Webhooks:
    """The views; each verifies, hears, and answers what the call does next."""

    def __init__(self, backbone: Backbone, settings: CallsSettings) -> None:
        self._database = backbone.database
        self._clock = backbone.clock
        self._settings = settings
        self._public_url = backbone.settings.public_url
        self._addresses = CallAddresses(self._public_url)

    def answered(self, call_id: UUID) -> Response:
        """The supporter's telephone was answered: who calls, why, press 1."""
        form = self._form()
        return self._hear(call_id, form["CallSid"], [Answered()], self._ask_to_confirm)

    def confirmed(self, call_id: UUID) -> Response:
        """A key was pressed: with 1 the office is dialled, with another it is asked again."""
        form = self._form()
        if form.get("Digits") != CONFIRM_KEY:
            return self._hear(call_id, form["CallSid"], [Answered()], self._ask_to_confirm)
        return self._hear(call_id, form["CallSid"], [Confirmed()], self._connect)

    def returned(self, call_id: UUID) -> Response:
        """The leg to the office is over: what happened?"""
        form = self._form()
        outcome = office_outcome(form.get("DialCallStatus", "failed"))
        returned = Returned(outcome, _seconds(form.get("DialCallDuration", "")))
        return self._hear(call_id, form["CallSid"], [returned], self._ask_what_happened)

    def reported(self, call_id: UUID) -> Response:
        """The supporter said what happened: thanks; another key than those offered is asked again."""
        form = self._form()
        outcome = REPORT_KEYS.get(form.get("Digits", ""))
        if outcome is None:
            return self._hear(call_id, form["CallSid"], [], self._ask_what_happened)
        return self._hear(call_id, form["CallSid"], [Reported(outcome)], lambda call, campaign: twiml.thank(call))

    def office(self, call_id: UUID) -> Response:
        """The office's leg tells that it was answered; it is another call of the carrier's, so its parent is ours."""
        form = self._form()
        facts: list[Fact] = [Bridged()] if form.get("CallStatus") == "in-progress" else []
        return self._tell(call_id, form.get("ParentCallSid", ""), facts)

    def status(self, call_id: UUID) -> Response:
        """The supporter's leg tells how it goes."""
        form = self._form()
        fact = fact_of(form.get("CallStatus", ""))
        return self._tell(call_id, form["CallSid"], [fact] if fact else [])

    def _form(self) -> Form:
        form = verified_twilio_form(self._settings.twilio_auth_token, self._public_url)
        id_in(form, "CallSid")
        return form

    def _hear(self, call_id: UUID, carrier_id: str, facts: Sequence[Fact], answer: Answer) -> Response:
        try:
            call, campaign = self._known(call_id, carrier_id, facts)
        except AnotherCall:
            return _xml(twiml.hang_up())
        # A call that was called off is not carried on, such as that of somebody who was erased while it was dialled.
        return _xml(twiml.hang_up() if call.called_off else answer(call, campaign))

    def _tell(self, call_id: UUID, carrier_id: str, facts: Sequence[Fact]) -> Response:
        if carrier_id:
            with suppress(AnotherCall):
                self._known(call_id, carrier_id, facts)
        return Response(status=204)

    def _known(self, call_id: UUID, carrier_id: str, facts: Sequence[Fact]) -> tuple[Call, CallCampaign]:
        with self._database.transaction() as transaction:
            try:
                return hear(call_id, carrier_id, facts, Records(transaction), self._clock(), self._settings.patience)
            except UnknownCall:
                raise known_problem(404, {"CallSid": ["There is no such call."]}) from None

    def _ask_to_confirm(self, call: Call, campaign: CallCampaign) -> str:
        return twiml.ask_to_confirm(call, campaign, self._addresses)

    def _connect(self, call: Call, campaign: CallCampaign) -> str:
        return twiml.connect(call, self._addresses, self._settings.twilio_call_from)

    def _ask_what_happened(self, call: Call, campaign: CallCampaign) -> str:
        return twiml.ask_what_happened(call, self._addresses)


def webhook_pages(backbone: Backbone, settings: CallsSettings) -> Blueprint:
    """The routes, each open to the vendor only."""
    pages = Blueprint("calls_webhooks", __name__, url_prefix=PREFIX)
    webhooks = Webhooks(backbone, settings)
    for step in ("answered", "confirmed", "returned", "reported", "office", "status"):
        pages.add_url_rule(f"/<uuid:call_id>/{step}", step, webhook(_view(getattr(webhooks, step))), methods=["POST"])
    return pages


def _view(step: Callable[[UUID], Response]) -> Callable[[UUID], Response]:
    """A function that can carry the mark, as a method cannot."""

    def view(call_id: UUID) -> Response:
        return step(call_id)

    view.__doc__ = step.__doc__
    return view


def _seconds(said: str) -> int:
    """How long somebody talked; nothing where it cannot be read, as that is no reason to lose what else is told."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < LONGEST_NUMBER else 0


def _xml(text: str) -> Response:
    return Response(text, content_type="text/xml; charset=utf-8")
