"""Receipts: what Twilio and SendGrid tell of a message, in our words.

Twilio: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values and /docs/api/errors.
SendGrid: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.notifications.domain.delivery import State


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """News of one delivery.

    `suppresses`: the address is no good, or is not to be written to. `withdraws`: its owner said so.
    """

    delivery_id: str
    state: State
    reason: str | None = None
    provider_id: str | None = None
    suppresses: bool = False
    withdraws: bool = False


# A number that is not to be texted again: it does not exist, is no mobile telephone, or its owner said STOP.
OPTED_OUT = "21610"
NO_GOOD_NUMBER = frozenset({"21211", OPTED_OUT, "21612", "21614", "21635", "30004", "30005", "30006"})
_OF_TWILIO = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.ACCEPTED,
    "sending": State.ACCEPTED,
    "sent": State.ACCEPTED,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


def receipt_of_text(delivery_id: str, provider_id: str, status: str, error_code: str = "") -> Receipt | None:
    """What a status of Twilio's says; None where it says nothing that we know."""
    state = _OF_TWILIO.get(status)
    if state is None:
        return None
    has_failed = state == State.FAILED
    return Receipt(
        delivery_id=delivery_id,
        state=state,
        reason=(error_code or status) if has_failed else None,
        provider_id=provider_id or None,
        suppresses=has_failed and error_code in NO_GOOD_NUMBER,
        withdraws=has_failed and error_code == OPTED_OUT,
    )


_OF_SENDGRID = {
    "processed": State.ACCEPTED,
    "deferred": State.ACCEPTED,
    "delivered": State.DELIVERED,
    "bounce": State.FAILED,
    "dropped": State.FAILED,
    # It arrived, or it could not be complained about or unsubscribed from.
    "spamreport": State.DELIVERED,
    "unsubscribe": State.DELIVERED,
    "group_unsubscribe": State.DELIVERED,
}
_WITHDRAWS = frozenset({"spamreport", "unsubscribe", "group_unsubscribe"})
# Bounces that say nothing against the address: its server, or what we wrote (SendGrid's bounce classifications).
_PASSING = frozenset({"content", "frequency/volume", "reputation", "technical"})
# Why SendGrid drops what it took, in its own words, shortened to a code.
_DROPPED = {
    "bounced address": ("bounced_address", True, False),
    "invalid": ("invalid_address", True, False),
    "unsubscribed address": ("unsubscribed_address", False, True),
    "spam reporting address": ("spam_reporting_address", True, True),
    "spam content": ("spam_content", False, False),
    "recipient list over package quota": ("over_quota", False, False),
}


def receipt_of_email(event: Mapping[str, Any]) -> Receipt | None:
    """What an event of SendGrid's says; None where it is about no delivery, or says nothing of one (open, click)."""
    delivery_id, name = str(event.get("delivery_id") or ""), str(event.get("event") or "")
    state = _OF_SENDGRID.get(name)
    if state is None or not delivery_id:
        return None
    reason, suppresses, withdraws = _verdict_of(name, event)
    return Receipt(
        delivery_id=delivery_id,
        state=state,
        reason=reason,
        # The id of the request, which `mail/send` answered; the rest of it tells the recipients apart.
        provider_id=str(event.get("sg_message_id") or "").partition(".")[0] or None,
        suppresses=suppresses,
        withdraws=withdraws,
    )


def _verdict_of(name: str, event: Mapping[str, Any]) -> tuple[str | None, bool, bool]:
    """The reason, whether the address is no good, and whether its owner wants no more."""
    if name in _WITHDRAWS:
        return None, name == "spamreport", True
    if name == "dropped":
        return _dropped(str(event.get("reason") or ""))
    if name == "bounce":
        return _bounced(event)
    return None, False, False


def _dropped(words: str) -> tuple[str, bool, bool]:
    spoken = words.casefold().strip()
    known = next((found for start, found in _DROPPED.items() if spoken.startswith(start)), None)
    return known or ("dropped", False, False)


def _bounced(event: Mapping[str, Any]) -> tuple[str, bool, bool]:
    """The SMTP status, such as 5.1.1; what is only blocked for now suppresses nothing."""
    classification = str(event.get("bounce_classification") or "").casefold()
    is_hard = event.get("type") != "blocked" and classification not in _PASSING
    status = str(event.get("status") or "")
    is_code = status.replace(".", "").isdigit() and len(status) <= 9
    return (status if is_code else "bounced"), is_hard, False
