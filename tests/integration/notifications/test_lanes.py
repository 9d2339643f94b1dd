"""Receipts of texts by the lane: as by the view, and for the view where Twilio may not have sent them."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from twilio.request_validator import RequestValidator

from shared.domain_events.notifications import MessageSettled
from shared.web.front import Front
from shared.web.lanes import FORM_TYPE
from tests.fixtures.asgi import Told, ask
from tests.integration.notifications.house import House, person
from tests.integration.notifications.sending import Sending

DELIVERED = {"MessageSid": f"SM{1:032x}", "MessageStatus": "delivered"}


@pytest.fixture
def texted(sending: Sending) -> Sending:
    """Somebody was thanked by text; nothing was heard of it yet."""
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    sending.send()
    return sending


def tell(house: House, delivery_id: UUID, form: dict[str, str], *, around: Any = None, **headers: str) -> Told:
    """Twilio tells how a text is; `around` is asked where no lane answers."""
    address = f"/webhooks/twilio/messages/{delivery_id}/status"
    validator = RequestValidator(house.settings.twilio_auth_token)
    signature = validator.compute_signature(house.backbone.settings.public_url + address, form)
    front = Front(house.client.application, {"notifications": house.assembly.lanes}, https=False, around=around)
    given = {"Content_Type": FORM_TYPE, "X_Twilio_Signature": signature} | headers
    return ask(front, "POST", address, urlencode(form).encode(), **given)


def nobody(_environ: Any, _start: Any) -> Any:
    """What is asked where no lane answers."""
    raise AssertionError("no lane answered")


def test_a_receipt_is_applied_once_however_often_it_comes(texted: Sending) -> None:
    (row,) = texted.house.ledger(channel="text")

    answers = [tell(texted.house, row.id, DELIVERED, around=nobody) for _ in range(2)]

    assert [answer.status for answer in answers] == [204, 204]
    assert texted.states(channel="text") == [("delivered", None)]
    assert len(texted.house.posted(MessageSettled)) == 1


def test_a_status_that_nobody_knows_changes_nothing(texted: Sending) -> None:
    (row,) = texted.house.ledger(channel="text")

    assert tell(texted.house, row.id, DELIVERED | {"MessageStatus": "dancing"}, around=nobody).status == 204
    assert texted.states(channel="text") == [("accepted", None)]


@pytest.mark.parametrize("signature", ["", "x", "ümlaut", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
def test_what_twilio_did_not_sign_is_refused_by_the_view(texted: Sending, signature: str) -> None:
    (row,) = texted.house.ledger(channel="text")

    assert tell(texted.house, row.id, DELIVERED, X_Twilio_Signature=signature).status == 403
    assert texted.states(channel="text") == [("accepted", None)]


def test_what_was_signed_for_another_text_is_refused(texted: Sending) -> None:
    (row,) = texted.house.ledger(channel="text")
    signed = RequestValidator(texted.house.settings.twilio_auth_token).compute_signature(
        f"{texted.house.backbone.settings.public_url}/webhooks/twilio/messages/{UUID(int=1)}/status", DELIVERED
    )

    assert tell(texted.house, row.id, DELIVERED, X_Twilio_Signature=signed).status == 403
